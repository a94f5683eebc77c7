"""One plain sentence that says what a finding is about, with the name and the account in it."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from backoffice.i18n import N_, _
from backoffice.models import Finding
from backoffice.rules import situations as s
from backoffice.rules.overrides import ENTITLED, NOT_ENTITLED
from backoffice.views.formats import digits, ltr, without_codes
from backoffice.views.labels import field_title, situation_meaning
from backoffice.views.override_words import stands

_PLAIN: dict[str, str] = {
    s.COLLISION: N_("Two people are linked to the account %(account)s; one of them is %(name)s%(number)s."),
    s.TARGET_GONE: N_("The account of %(name)s is no longer in the directory: %(account)s."),
    s.ROW_CONFLICT: N_("HR's rows about %(name)s contradict each other."),
    s.NAME_CONFLICT: N_("The account %(account)s looks like that of %(name)s, but carries another name."),
    s.ID_CHANGED: N_("HR and the account %(account)s have different national codes for %(name)s."),
    s.MISSING: N_("%(name)s is not in the newest file; the account %(account)s is still enabled."),
    s.LEAVER: N_("%(name)s no longer works here; the account %(account)s is still enabled."),
    s.ON_LEAVE: N_("%(name)s is on unpaid leave or on call; the account %(account)s is kept."),
    s.ROW_QUARANTINED: N_("HR's row about the account %(account)s has a fault; the account is untouched."),
    s.TEMP_NO_HR: N_("%(name)s has a temporary account and no row in HR's files."),
    s.TEMP_HR_INACTIVE: N_("%(name)s has a temporary account, and HR does not have the person as active yet."),
    s.TEMP_READY: N_("%(name)s has a temporary account and asked for the permanent one."),
    s.TEMP_IDLE: N_("%(name)s has a temporary account and did not ask for the permanent one yet."),
    s.NOT_REGISTERED: N_("%(name)s works here and has no account yet."),
    s.DRIFT: N_("%(name)s: %(fields)s differs between HR and the account %(account)s."),
}
NAMED_FIELDS = 2
_STAYS = N_("%(name)s keeps the account %(account)s although HR says otherwise.")
_GOES = N_("%(name)s is to lose the account %(account)s although HR says otherwise.")
_CORRECTED = N_("An exception corrects what HR says of %(name)s (%(account)s).")
_SEVERAL_FIELDS = N_("what stands in %(count)s fields")
_DEAD_AND_OPEN = N_("%(name)s has died, but the account %(account)s is still enabled.")
_DEAD = N_("%(name)s has died; the account %(account)s is already disabled.")
_SEVERAL_ACCOUNTS = N_("%(name)s has %(count)s accounts: %(account)s.")
_SEVERAL_CANDIDATES = N_("%(name)s could own any of these accounts: %(account)s.")
_SHARED_ACCOUNT = N_("More than one person lays claim to the account %(account)s; one of them is %(name)s%(number)s.")
_NUMBER = N_(" (personnel number %(number)s)")
_TWICE = N_("%(name)s may stand in our register a second time, under another national code.")
_PROBABLY = N_("The account %(account)s is probably that of %(name)s; please have a look.")
_NOBODYS = N_("Nobody in HR owns the account %(account)s (%(name)s).")
_NOBODYS_NAMELESS = N_("Nobody in HR owns the account %(account)s.")
_STATUS = N_("HR has the unknown status «%(status)s» for %(name)s.")
_FOUND = N_("The account %(account)s was recognised as that of %(name)s.")
_FOUND_DIFFERS = N_("The account %(account)s was recognised as that of %(name)s; %(fields)s differs from HR.")
_UNLINKED = N_("%(people)s people and %(accounts)s accounts of this source are not linked yet.")


def headline(finding: Finding) -> Markup:
    """Say in one sentence what a finding is about."""
    message = _CHOICES[finding.situation](finding) if finding.situation in _CHOICES else _PLAIN.get(finding.situation)
    if message is None:
        return escape(situation_meaning(finding.situation))
    return escape(_(message)) % _values(finding)


def exception(kept: Mapping[str, Any]) -> str:
    """Say what an exception is about that a finding kept."""
    return stands(str(kept["kind"]), str(kept["field"]), str(kept["value"]))


def accounts_of(finding: Finding) -> list[str]:
    """Give the user names of the accounts a finding is about, or what their DNs begin with."""
    entries: list[dict[str, Any]] = finding.evidence.get("entries") or []
    named = [str(entry.get("username") or _first_value(entry["dn"])) for entry in entries]
    return [without_codes(name) for name in named or map(_first_value, finding.dns)]


def _first_value(dn: str) -> str:
    return dn.partition(",")[0].partition("=")[2] or dn


def joined(words: list[str]) -> str:
    """Join words with the comma of the page's language."""
    return str(_(", ")).join(words)


def _values(finding: Finding) -> dict[str, Any]:
    accounts = accounts_of(finding)
    evidence = finding.evidence
    return {
        "name": Markup("<bdi>%s</bdi>") % (finding.person_name or _("somebody without a name")),
        "account": escape(_(", ")).join(ltr(account) for account in accounts) or _("unknown"),
        "number": escape(_(_NUMBER)) % {"number": ltr(finding.personnel_number)} if finding.personnel_number else "",
        "count": digits(len(accounts)),
        "fields": _differing(finding),
        "status": (evidence.get("hr") or {}).get("status", ""),
        "people": digits(evidence.get("people", 0)),
        "accounts": digits(evidence.get("accounts", 0)),
    }


def _differing(finding: Finding) -> str:
    fields = [f"«{field_title(difference['field'])}»" for difference in finding.differences]
    return joined(fields) if len(fields) <= NAMED_FIELDS else _(_SEVERAL_FIELDS, count=digits(len(fields)))


def is_enabled(finding: Finding) -> bool:
    """Say whether an account of the finding could be logged in to when the run looked."""
    return any(not entry.get("disabled") for entry in finding.evidence.get("entries") or [])


def _several(finding: Finding) -> bool:
    return len(accounts_of(finding)) > 1


def _exception(finding: Finding) -> str:
    kinds = {one["kind"] for one in (finding.evidence.get("overridden") or {}).get("by", [])}
    return _STAYS if ENTITLED in kinds else _GOES if NOT_ENTITLED in kinds else _CORRECTED


_CHOICES: dict[str, Callable[[Finding], str | None]] = {
    s.OVERRIDDEN: _exception,
    s.DECEASED: lambda finding: _DEAD_AND_OPEN if is_enabled(finding) else _DEAD,
    s.TWO_ACCOUNTS: lambda _finding: _SEVERAL_ACCOUNTS,
    s.AMBIGUOUS: lambda finding: _SEVERAL_CANDIDATES if _several(finding) else _SHARED_ACCOUNT,
    s.REVIEW: lambda finding: _TWICE if finding.tier == s.T5 else _PROBABLY,
    s.ORPHAN: lambda finding: _NOBODYS if finding.person_name else _NOBODYS_NAMELESS,
    s.UNKNOWN_STATUS: lambda _finding: _STATUS,
    s.FOUND: lambda finding: _FOUND_DIFFERS if finding.differences else _FOUND,
    s.UNCORRELATED: lambda _finding: _UNLINKED,
}
