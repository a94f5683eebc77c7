"""The words for codes: a page shows the words first and the code second. Source: glossary.md."""

from collections.abc import Mapping
from typing import NamedTuple

from backoffice.i18n import N_, _
from backoffice.rules import situations as s
from backoffice.rules.case_states import MISMATCH, OTP_TROUBLE
from backoffice.rules.urgency import Urgency, rank_of, urgency_of
from backoffice.views import sentences


class Label(NamedTuple):
    """A title and one sentence that explains it, both message ids."""

    title: str
    meaning: str = ""


SITUATIONS: dict[str, Label] = {
    s.CONFIRMED: Label(N_("In order"), N_("HR and the directory say the same.")),
    s.DRIFT: Label(N_("Different details"), N_("The account belongs to the person, but a detail differs from HR.")),
    s.FOUND: Label(N_("New link"), N_("An account without a link was recognised as the person's.")),
    s.NOT_REGISTERED: Label(N_("No account yet"), N_("Works here and has no account; people register themselves.")),
    s.NOT_ENTITLED: Label(N_("Needs no account"), N_("Does not work here and has no account.")),
    s.UNKNOWN_STATUS: Label(N_("Unknown status"), N_("HR uses a status word that is in no class; nothing is done.")),
    s.LEAVER: Label(N_("Employment ended"), N_("HR says the employment ended; the account is still enabled.")),
    s.ON_LEAVE: Label(N_("On unpaid leave or on call"), N_("The account is kept; the person is expected back.")),
    s.REHIRE: Label(
        N_("Back at work"), N_("Active in HR again; the account is one that we disabled because HR said otherwise.")
    ),
    s.OVERRIDDEN: Label(
        N_("Exception"), N_("Somebody answers for another word than HR's; it counts until it ends or HR agrees.")
    ),
    s.DECEASED: Label(N_("Deceased"), N_("HR says the person has died; the account must not stay in use.")),
    s.MISSING: Label(
        N_("Not in the new file"),
        N_("The newest file has no row for a linked account. That alone does not mean that the person left."),
    ),
    s.DISABLED: Label(N_("Disabled account"), N_("The account is disabled and nobody active owns it.")),
    s.ROW_QUARANTINED: Label(
        N_("Row set aside"), N_("HR's row has a fault; the account is untouched until HR mends the row.")
    ),
    s.ROW_CONFLICT: Label(
        N_("Rows that contradict each other"), N_("HR's rows disagree; the account is untouched until HR mends them.")
    ),
    s.ORPHAN: Label(N_("Account without an owner"), N_("Neither HR nor our register knows whose account this is.")),
    s.TEMP_NO_HR: Label(
        N_("Temporary account unknown to HR"), N_("HR's files have no row of the holder; HR should be told.")
    ),
    s.TEMP_HR_INACTIVE: Label(
        N_("Temporary account of an admitted person"), N_("HR does not have the holder as active yet.")
    ),
    s.TEMP_READY: Label(
        N_("Temporary account with a request"), N_("The holder asked for the permanent account; the request is open.")
    ),
    s.TEMP_IDLE: Label(
        N_("Temporary account without a request"), N_("The holder may ask for the permanent account and has not yet.")
    ),
    s.UNCORRELATED: Label(
        N_("Not linked yet"), N_("Too few people of this source are linked to judge the others one by one.")
    ),
    s.PROTECTED: Label(N_("Protected account"), N_("A service or protected account; it is never touched.")),
    s.OUT_OF_SCOPE: Label(N_("Out of scope"), N_("No source answers for this account; it was only counted.")),
    s.TWO_ACCOUNTS: Label(
        N_("Two accounts for one person"), N_("Several accounts carry one person's national code; one must go.")
    ),
    s.AMBIGUOUS: Label(
        N_("Several candidates"), N_("It cannot be told which person and which account belong together.")
    ),
    s.COLLISION: Label(
        N_("One account for two people"), N_("Two people are linked to one account; nothing is done for either.")
    ),
    s.ID_CHANGED: Label(N_("Changed national code"), N_("The same person by number and name, with another code.")),
    s.NAME_CONFLICT: Label(N_("Different name"), N_("The codes say it is one person, the names say it is not.")),
    s.REVIEW: Label(N_("To be looked at"), N_("Probably the person's account, but not sure enough to link by itself.")),
    s.TARGET_GONE: Label(N_("Account vanished"), N_("The linked account is no longer in the directory.")),
    MISMATCH: Label(
        N_("Mismatch of a registration"), N_("Somebody wanted an account and was refused; the page says why.")
    ),
    OTP_TROUBLE: Label(N_("Trouble with a code"), N_("A code did not arrive, or was typed wrongly too often.")),
}
LEVELS = {
    Urgency.SEVERE: "danger", Urgency.DECIDE: "warning", Urgency.MEND: "info", Urgency.KNOW: "neutral",
    Urgency.QUIET: "neutral",
}  # fmt: skip
NOTES: dict[str, Label] = {
    s.TWO_ROLES: Label(N_("two roles"), N_("Several rows of one person; the primary one was compared.")),
    s.DUPLICATE_ROW: Label(N_("doubled row"), N_("Rows that are equal after folding were taken as one.")),
    s.PADDED_CODE: Label(N_("zeros given back"), N_("The national code had lost its leading zeros in the file.")),
    s.NAME_SPELLING: Label(N_("name spelled differently"), N_("A name is equal only after folding; nothing is done.")),
}
TIERS: dict[str, str] = {
    s.T0: N_("by the link our register has stored"),
    s.T1: N_("by national code, first and last name"),
    s.T1B: N_("by national code; the account has no Persian name"),
    s.T2: N_("by national code; the name is almost the same"),
    s.T3: N_("by national code alone; the name is another"),
    s.T4: N_("by personnel number and name; the national codes differ"),
    s.T4B: N_("by personnel or student number and name; the account has no national code"),
    s.T5: N_("by name, father's name and birth date; the national codes differ"),
    # Links that no comparison made.
    "registration": N_("by a registration"), "verdict": N_("by a decision of this office"),
    "intake": N_("by a registration on the other site"),
    "claim": N_("by the holder, who claimed the account"),
    "recreated": N_("by a decision of this office"),
}  # fmt: skip
KINDS: dict[str, Label] = {
    s.UPDATE: Label(N_("Correct details"), N_("HR's value replaces the one in the directory.")),
    s.DISABLE: Label(N_("Disable"), N_("The account can no longer log in; nothing is deleted.")),
    s.ENABLE: Label(N_("Enable"), N_("The account can log in again.")),
    s.KEY_CHANGE: Label(N_("Change national code"), N_("The account gets the person's new national code.")),
    s.WARN: Label(N_("Warn first"), N_("The person is told before the account is disabled.")),
    s.ASK_HR: Label(N_("Ask HR"), N_("HR is asked whether the person left or is still here.")),
}
RUN_STATUSES: dict[str, tuple[str, str]] = {
    "planned": ("success", N_("Plan ready")),
    "held": ("warning", N_("Stopped by a gate")),
    "failed": ("danger", N_("Failed")),
    "running": ("info", N_("Running")),
}
DIFFERENCE_KINDS: dict[str, str] = {
    "prefix": N_("only a title such as Sayyed differs"), "one_edit": N_("one letter differs"), "other": N_("different"),
}  # fmt: skip
SPELLING_KINDS: dict[str, str] = {
    "yeh_kaf": N_("Arabic or Persian yeh and kaf"), "digits": N_("Persian or Latin digits"), "zwnj": N_("half-space"),
    "spacing": N_("spaces and hyphens"), "marks": N_("vowel marks and stretching"), "hamza": N_("hamza and madda"),
}  # fmt: skip
ENTRY_FIELDS: dict[str, str] = {
    "username": N_("User name"), "mail": N_("University mailbox"), "latin_full_name": N_("Latin name"),
    "affiliation": N_("Affiliation"), "last_login": N_("Last login"), "expiry": N_("Valid until"),
}  # fmt: skip
PARTS: dict[str, str] = {
    "read_hr": N_("reading HR"), "read_directory": N_("reading the directory"), "compare": N_("comparing"),
    "store": N_("storing"),
}  # fmt: skip


def part_title(name: str) -> str:
    """Name a part of a run's work."""
    return _(PARTS[name]) if name in PARTS else name


def urgent_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give situation and count of what somebody should look at, the most urgent first."""
    loud = [(code, number) for code, number in counts.items() if number and urgency_of(code) < Urgency.KNOW]
    return sorted(loud, key=lambda item: rank_of(item[0]))


def situation_title(code: str) -> str:
    """Give the words for a situation, in the language of the page."""
    return _title(SITUATIONS, code)


def situation_meaning(code: str) -> str:
    """Give the sentence that explains a situation."""
    return _meaning(SITUATIONS, code)


def situation_level(code: str) -> str:
    """Give the colour level of a situation; colour never says it alone."""
    return LEVELS[urgency_of(code)]


def note_title(code: str) -> str:
    """Give the words for a note."""
    return _title(NOTES, code)


def note_meaning(code: str) -> str:
    """Give the sentence that explains a note."""
    return _meaning(NOTES, code)


def kind_title(code: str) -> str:
    """Give the words for a kind of action."""
    return _title(KINDS, code)


def kind_meaning(code: str) -> str:
    """Give the sentence that explains a kind of action."""
    return _meaning(KINDS, code)


def field_title(name: str) -> str:
    """Give the words for one of our fields, or for what only a directory entry holds."""
    return _(ENTRY_FIELDS[name]) if name in ENTRY_FIELDS else sentences.field_title(name)


def tier_words(code: str | None) -> str:
    """Say how person and account were brought together; "" where they were not."""
    return _(TIERS[code]) if code in TIERS else code or ""


def difference_words(kind: str) -> str:
    """Name the class of a difference or of a spelling difference."""
    words = {**DIFFERENCE_KINDS, **SPELLING_KINDS}
    return _(words[kind]) if kind in words else kind


def _title(table: dict[str, Label], code: str) -> str:
    return _(table[code].title) if code in table else code


def _meaning(table: dict[str, Label], code: str) -> str:
    return _(table[code].meaning) if code in table else ""
