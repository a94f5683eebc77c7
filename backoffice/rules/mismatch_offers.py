"""What the desk can decide about a refused registration, by why it was refused. Source: mission §6, issue "desk"."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from backoffice.i18n import N_
from backoffice.rules import identity_causes as c


class Act(StrEnum):
    """The decisions, in the order in which they are offered. The values are stored as verdicts."""

    HR_RIGHT = "hr_right"
    CHOOSE = "choose"
    CORRECT = "correct"
    ACCEPT = "accept"
    EXTEND = "extend"
    LOG_IN = "log_in"
    LINK = "link"
    ADOPT = "adopt"
    TO_HR = "to_hr"
    ASK = "ask"
    REFUSE = "refuse"


# Differences that a person may answer for; an exception makes exactly these pass.
ACCEPTABLE = frozenset({c.NAME_DIFFERS, c.FATHER_DIFFERS, c.BIRTHDATE_DIFFERS})
_MISTYPED = ACCEPTABLE | {c.NC_NOT_IN_HR, c.CIVIL_DIFFERS}
_PERMANENT = frozenset({c.EXISTS_STAFF, c.EXISTS_STUDENT, c.EXISTS_ORPHAN})
EXISTING = _PERMANENT | {c.EXISTS_TEMPORARY, c.EXISTS_EXPIRED}
# What a new file of HR can mend, so that the case closes by itself.
FOR_HR = ACCEPTABLE | {c.NC_NOT_IN_HR, c.DUPLICATE_IN_HR, c.HR_INACTIVE}

REFUSALS = ("not_employed", "not_proved", "has_account", "other")
ADOPTIONS = ("documents", "hr_said", "other")
ACCEPTANCES = ("documents", "hr_said", "spelling", "other")
ROW_CHOICES = ("documents", "hr_said", "other")
EXTENSIONS = ("asked_again", "office_late", "other")
OTHER = "other"
REASON_WORDS: dict[str, str] = {
    "documents": N_("Documents were seen"), "hr_said": N_("HR confirmed it"),
    "spelling": N_("Only the spelling differs"),
    "asked_again": N_("The person asked for an account again"),
    "office_late": N_("It waited for HR or for this office"),
    "not_employed": N_("Does not work here"), "not_proved": N_("The identity was not proved"),
    "has_account": N_("Has an account already"), OTHER: N_("Other (in the note)"),
}  # fmt: skip
# Days for which an exception can be given, the usual one first. Source: reconciliation.md, OVERRIDDEN.
EXCEPTION_DAYS = (30, 7, 60)
# Decisions after which the person goes on with the account that exists.
WITH_ACCOUNT = frozenset({Act.LINK, Act.ADOPT, Act.LOG_IN, Act.EXTEND})
# Decisions after which the check says whether the person goes on.
CHECKED_AGAIN = frozenset({Act.CHOOSE, Act.CORRECT, Act.ACCEPT})
_EXTENSION_DAYS = (30, 14, 7)


def refusing(causes: Collection[str]) -> frozenset[str]:
    """Give the causes that refuse."""
    return frozenset(causes) - c.PASSING


def near_rows(evidence: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give hints that name a row of HR with another code, which may be the person's; each code once."""
    rows = {hint["national_code"]: hint for hint in evidence.get("hints") or [] if hint.get("national_code")}
    return list(rows.values())


def extension_days(most: int) -> tuple[int, ...]:
    """Give the days by which an account can be extended, the usual ones first. ``most``: the setting."""
    return tuple(days for days in _EXTENSION_DAYS if days <= most) or (most,)


def is_known_person(cause: str) -> bool:
    """Say whether the cause that counts leaves no doubt who it is: all that stands against it is the account."""
    return cause in EXISTING


def offered(
    causes: Collection[str],
    *,
    has_entry: bool,
    has_hr: bool,
    has_contact: bool,
    is_holder: bool = False,
    may_extend: bool = False,
    may_log_in: bool = False,
) -> tuple[Act, ...]:
    """Give what can be decided.

    ``is_holder``: it is somebody with an account whose data no longer agree, not somebody who wants one.

    ``has_entry``: the directory has an account with the code; ``has_hr``: HR has a row; ``has_contact``: the person
    left a mobile that a code proved, without which nobody can be asked. ``may_extend``: our register has an
    account of the person that is over and can be extended; ``may_log_in``: one that opens as it is. How it stands now
    counts, not how it stood when the person was refused.
    """
    why = refusing(causes)
    if is_holder:
        agreed = has_hr and why <= ACCEPTABLE
        chooses = c.DUPLICATE_IN_HR in why
        allowed = {Act.HR_RIGHT: agreed, Act.CHOOSE: chooses, Act.TO_HR: True, Act.ASK: has_contact, Act.REFUSE: True}
        return tuple(act for act in Act if allowed.get(act))
    possible = {
        Act.HR_RIGHT: False,
        Act.CHOOSE: c.DUPLICATE_IN_HR in why,
        Act.CORRECT: bool(why & _MISTYPED),
        Act.ACCEPT: bool(why) and why <= ACCEPTABLE,
        Act.EXTEND: may_extend,
        Act.LOG_IN: may_log_in,
        Act.LINK: bool(why & _PERMANENT) and has_entry and has_hr,
        Act.ADOPT: c.EXISTS_ORPHAN in why and has_entry and not has_hr,
        Act.TO_HR: bool(why & FOR_HR),
        Act.ASK: has_contact,
        Act.REFUSE: True,
    }
    return tuple(act for act in Act if possible[act])
