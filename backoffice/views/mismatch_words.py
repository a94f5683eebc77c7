"""Refused registrations in words: causes, hints and decisions. Source: mission §6."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from backoffice.i18n import N_, _
from backoffice.rules import account_states as a
from backoffice.rules import identity_causes as c
from backoffice.rules.mismatch_offers import REASON_WORDS, Act
from backoffice.views import masking
from backoffice.views.formats import digits, ltr
from backoffice.views.labels import Label, field_title
from backoffice.views.mismatch_dates import day

CAUSES: dict[str, Label] = {
    c.NC_INVALID: Label(N_("Invalid national code"), N_("The code is none; the person reads it again from the card.")),
    c.NC_NOT_IN_HR: Label(
        N_("Not in HR's file"), N_("No accepted file has this code. It is checked again with every new file.")
    ),
    c.NC_LOST_ZEROS: Label(N_("Zeros lost in HR's file"), N_("HR's code lacks its leading zeros; this passes.")),
    c.NAME_SPELLING: Label(N_("Only the spelling differs"), N_("The names are equal after folding; this passes.")),
    c.NAME_DIFFERS: Label(
        N_("The name differs from HR"), N_("First or last name differ also without spelling and titles.")
    ),
    c.FATHER_DIFFERS: Label(N_("The father's name differs from HR"), N_("HR has another name of the father.")),
    c.BIRTHDATE_DIFFERS: Label(N_("The birth date differs from HR"), N_("HR has another day.")),
    c.CIVIL_DIFFERS: Label(
        N_("The civil registry says otherwise"), N_("HR agrees, the registry does not; the person mends it there.")
    ),
    c.EXISTS_TEMPORARY: Label(
        N_("Has a temporary account already"), N_("The person registered before and can log in with that account.")
    ),
    c.EXISTS_EXPIRED: Label(
        N_("Has an expired temporary account"),
        N_("The person registered before; that account is extended, and the person logs in."),
    ),
    c.EXISTS_STAFF: Label(
        N_("Has a permanent account already"),
        N_("The account is linked to the person, or the person hears how to log in to it."),
    ),
    c.EXISTS_STUDENT: Label(
        N_("Has a student's account"), N_("One person has one identity: the role is added to the account that exists.")
    ),
    c.EXISTS_ORPHAN: Label(
        N_("The directory has an account nobody owns"),
        N_(
            "It carries this code. Where papers show that it is this person's, it is adopted here; whose else it may "
            "be, is decided in the case of that account."
        ),
    ),
    c.DUPLICATE_IN_HR: Label(
        N_("HR's rows contradict each other"),
        N_("Several rows of this code disagree. HR mends them, or somebody here says by papers which one is right."),
    ),
    c.HR_INACTIVE: Label(N_("Not active in HR"), N_("HR says the person does not work here at present.")),
    c.FOREIGN_ID: Label(N_("Foreign identity code"), N_("The path for foreigners is not built yet.")),
    c.SERVICE_DOWN: Label(N_("A service did not answer"), N_("This says nothing about the person.")),
}
ACTS: dict[str, Label] = {
    Act.HR_RIGHT: Label(
        N_("HR is right"), N_("Our register takes over names and birth date as HR has them; the case is closed.")
    ),
    Act.CHOOSE: Label(
        N_("Choose the row that is right"),
        N_("An exception with your name and an end: this row counts until HR mends its file, which is asked for.")
    ),
    Act.CORRECT: Label(
        N_("Correct what was typed"), N_("The corrected details are checked at once; if they pass, the person goes on.")
    ),
    Act.ACCEPT: Label(
        N_("Accept the difference"), N_("An exception with your name and an end; exactly these values pass.")
    ),
    Act.EXTEND: Label(
        N_("Extend the account that exists"),
        N_("The account is valid again and the case is closed; the person hears how to log in or recover the password.")
    ),
    Act.LOG_IN: Label(
        N_("Tell the person how to log in"),
        N_("The account exists, so none is made anew. The case is closed; the person hears how to come in.")
    ),
    Act.LINK: Label(
        N_("Link the account that exists"),
        N_("After a code to the person; the role is added, and no second account is made.")
    ),
    Act.ADOPT: Label(
        N_("Adopt the account that nobody owns"),
        N_(
            "After a code to the person; our register has the account as theirs, and HR is asked about them as about "
            "all who are missing from its files."
        )
    ),
    Act.TO_HR: Label(
        N_("Refer to HR"), N_("The case waits among HR's corrections and closes by itself with the repaired file.")
    ),
    Act.ASK: Label(N_("Ask the person"), N_("Your words go out by SMS; the next attempt opens the case again.")),
    Act.REFUSE: Label(N_("Refuse"), N_("The person hears that the request was not accepted, and whom to call.")),
}  # fmt: skip
VERDICTS: dict[str, str] = {
    **{act: label.title for act, label in ACTS.items()},
    "repaired": N_("Passed another check"), "came_in": N_("A later attempt passed"),
    "taken_in": N_("The other registration site made an account"),
}  # fmt: skip
KEYS: dict[str, str] = {
    Act.CORRECT: "KeyE", Act.ACCEPT: "KeyA", Act.REFUSE: "KeyR",
}  # fmt: skip
REGISTRY: dict[str, Label] = {
    "matched": Label(N_("says the same")), "not_matched": Label(N_("says otherwise")),
    "invalid": Label(N_("does not know the details")), "unavailable": Label(N_("did not answer")),
}  # fmt: skip
COMPARED: dict[str, str] = {
    "spelling": N_("equal after folding"), "differs": N_("different"), "absent": N_("HR does not say"),
}  # fmt: skip
_HINTS: dict[str, str] = {
    "CODE_ONE_DIGIT": N_("HR has %(name)s with a code one digit away: %(code)s, born %(birth)s."),
    "CODE_SWAPPED": N_("HR has %(name)s with two digits of the code swapped: %(code)s, born %(birth)s."),
    "SAME_NAME_AND_BIRTH": N_("HR has the same name and birth date with another code: %(name)s, %(code)s."),
    "BIRTH_DAY_MONTH": N_("Day and month of the birth date are swapped (HR: %(hr)s)."),
    "BIRTH_CENTURY": N_("The year of the birth date was written with two digits (HR: %(hr)s)."),
    "BIRTH_ONE_DAY": N_("The birth dates are one day apart (HR: %(hr)s)."),
    "BIRTH_GREGORIAN": N_("The birth date was typed in the Gregorian calendar (HR: %(hr)s)."),
    "LOST_ZEROS": N_("HR's code has lost its leading zeros."),
    "NAMES_SWAPPED": N_("First and last name are exchanged."),
    "ONE_EDIT": N_("Field «%(field)s» is one letter away from HR's."),
    "STUDENT_ACCOUNT": N_("The person has a student's account: %(username)s."),
}

_ACCOUNTS: dict[str, str] = {
    a.CREATING: N_("being made"), a.TEMPORARY: N_("temporary"), a.EXPIRED: N_("expired"), a.LOCKED: N_("locked"),
    a.PERMANENT: N_("permanent"), a.PURGED: N_("deleted"),
    a.PURGING: N_("being deleted"),
}  # fmt: skip
_CHANNELS: dict[str, str] = {
    "web": N_("request page"), "counter": N_("counter"), "intake": N_("other registration site"),
    "profile": N_("profile"),
}  # fmt: skip
_BUTTONS: dict[str, str] = {
    Act.CHOOSE: N_("Let this row count"),
    Act.CORRECT: N_("Check and let the person go on"), Act.ACCEPT: N_("Accept and let the person go on"),
    Act.EXTEND: N_("Extend and tell the person"), Act.LOG_IN: N_("Send this to the person"),
    Act.LINK: N_("Link the account"), Act.ADOPT: N_("Adopt the account"),
    Act.TO_HR: N_("Refer to HR"), Act.ASK: N_("Send the question"),
    Act.REFUSE: N_("Refuse the request"), Act.HR_RIGHT: N_("Take over what HR says"),
}  # fmt: skip


def cause_title(code: str) -> str:
    """Give a cause in the language of the page."""
    return _(CAUSES[code].title) if code in CAUSES else code


def cause_meaning(code: str) -> str:
    """Say what a cause means and what is done about it."""
    return _(CAUSES[code].meaning) if code in CAUSES else ""


def act_title(act: str) -> str:
    """Give a decision in the language of the page."""
    return _(VERDICTS[act]) if act in VERDICTS else act


def act_meaning(act: str) -> str:
    """Say what a decision does."""
    return _(ACTS[Act(act)].meaning) if act in ACTS else ""


def reason_title(code: str) -> str:
    """Give a reason in the language of the page."""
    return _(REASON_WORDS[code]) if code in REASON_WORDS else code


def reason_said(why: str) -> str:
    """Give a reason with its note, as the trail keeps them, in the language of the page."""
    code, colon, note = why.partition(":")
    return f"{reason_title(code)}{colon}{note}"


def account_state(state: str) -> str:
    """Give the state of an account of this office."""
    return _(_ACCOUNTS[state]) if state in _ACCOUNTS else state


def channel_title(channel: str) -> str:
    """Say by which way an attempt came."""
    return _(_CHANNELS[channel]) if channel in _CHANNELS else channel


def registry_title(answer: str) -> str:
    """Give what the civil registry said; never more than the class of its answer."""
    return _(REGISTRY[answer].title) if answer in REGISTRY else answer


def button(act: str) -> str:
    """Give the words of the button that carries a decision out."""
    return str(_(_BUTTONS[act]))


def moment(iso: str) -> dt.datetime | None:
    """Read a moment of the evidence."""
    try:
        return dt.datetime.fromisoformat(iso)
    except ValueError:
        return None


def hint(found: Mapping[str, Any], *, shown: bool) -> Markup:
    """Give a hint as a sentence; ``shown``: national codes in full."""
    values = {
        "name": Markup("<bdi>%s</bdi>") % found.get("name", ""),
        "code": masking.code(str(found.get("national_code", "")), shown=shown),
        "birth": digits(day(str(found.get("birth_date", "")))), "hr": digits(day(str(found.get("hr", "")))),
        "field": field_title(str(found.get("field", ""))), "username": ltr(str(found.get("username", ""))),
    }  # fmt: skip
    sentence = _HINTS.get(str(found["hint"]), "")
    return escape(_(sentence)) % values if sentence else Markup()
