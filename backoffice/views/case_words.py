"""Cases in words: states, verdicts and what each does, reasons."""

from backoffice.i18n import N_, _
from backoffice.rules import case_states as c
from backoffice.views import mismatch_words
from backoffice.views.labels import Label

STATES: dict[str, tuple[str, str]] = {
    c.NEW: ("info", N_("New")),
    c.TRIAGE: ("warning", N_("Being worked on")),
    c.NEEDS_INFO: ("neutral", N_("Waits for information")),
    c.WAITING_HR: ("neutral", N_("Waits for HR")),
    c.WAITING_PERSON: ("neutral", N_("Waits for the person")),
    c.RESOLVED: ("success", N_("Decided")),
    c.REFUSED: ("neutral", N_("Refused")),
    c.AUTO_CLOSED: ("success", N_("Closed by itself")),
}
GROUPS: dict[str, str] = {
    "open": N_("Still open"), "waiting": N_("Waiting"), c.RESOLVED: N_("Decided"), c.REFUSED: N_("Refused"),
    c.AUTO_CLOSED: N_("Closed by itself"),
}  # fmt: skip
VERDICTS: dict[str, Label] = {
    c.SAME: Label(
        N_("It is the same person"),
        N_("The account is linked to this person; what differs from HR is planned by the next run."),
    ),
    c.DIFFERENT: Label(
        N_("It is somebody else"),
        N_("Person and account are not proposed together again until a name, code or number changes."),
    ),
    c.MAIN: Label(
        N_("The chosen account is the main one"), N_("It is linked to this person; the others are left alone.")
    ),
    c.LEAVE: Label(
        N_("Leave it as it is"), N_("The account is counted as protected until a name, code or number changes.")
    ),
    c.BELONGS: Label(
        N_("It belongs to a person we know"), N_("The account is linked to the person with the national code below.")
    ),
    c.APPROVE: Label(
        N_("The new national code is right"),
        N_("The code before stays in the person's history; the next run plans the change in the directory."),
    ),
    c.MERGE: Label(
        N_("Both are one person, with the new national code"),
        N_(
            "What the register has of both is put together, and the code before stays in the history; the next run "
            "plans the change in the directory. This is not taken back."
        ),
    ),
    c.RECREATE: Label(
        N_("Make the account anew"),
        N_(
            "It gets the same user name and HR's data, but no password: the person chooses one as whoever forgot it "
            "does, by a code to the mobile. This is not taken back; an account that is made can be disabled."
        ),
    ),
    c.FORGET: Label(
        N_("Forget the link"), N_("The person has no account any more; the next run says so if HR has the person.")
    ),
    c.KEEP: Label(
        N_("The account is this person's"),
        N_("The links of everybody else to the account end."),
    ),
}
REASONS: dict[str, str] = {
    "documents": N_("Documents were seen"), "hr_said": N_("HR confirmed it"),
    "person_said": N_("The person confirmed it"), "spelling": N_("Only the spelling differs"),
    "service": N_("Shared or service account"), "other": N_("Other (in the note)"),
    "in_group": N_("Compared in a group"), "by_rule": N_("Accepted by rule"),
}  # fmt: skip


def state_title(code: str) -> str:
    """Give a state in the language of the page."""
    return _(STATES[code][1]) if code in STATES else code


def state_level(code: str) -> str:
    """Give the colour level of a state; colour never says it alone."""
    return STATES[code][0] if code in STATES else "neutral"


def verdict_title(code: str) -> str:
    """Give a verdict in the language of the page."""
    return _(VERDICTS[code].title) if code in VERDICTS else mismatch_words.act_title(code)


def verdict_meaning(code: str) -> str:
    """Say what a verdict does."""
    return _(VERDICTS[code].meaning) if code in VERDICTS else ""


def reason_title(code: str) -> str:
    """Give a reason in the language of the page."""
    return _(REASONS[code]) if code in REASONS else code
