"""Whether a request for a permanent account is approved by itself, waits, or is looked at by a person.

Pure: what is known comes in, a verdict with its reasons goes out. Source: mission S25, S30, S39.
"""

from dataclasses import dataclass
from enum import StrEnum

from backoffice.rules import request_states as states

PERSON, HR, IT = "person", "hr", "it"
RULE = "S39"


class Reason(StrEnum):
    """Why a request is not approved by itself; each is waited for by somebody."""

    NOT_IN_HR = "not_in_hr"
    NOT_ACTIVE = "not_active"
    NOT_SYNCHRONISED = "not_synchronised"
    MAILBOX_UNPROVED = "mailbox_unproved"
    MAILBOX_UNTRIED = "mailbox_untried"
    IDENTITY_UNPROVED = "identity_unproved"
    NAME_TAKEN = "name_taken"
    OFFICE_NAME = "office_name"
    OPEN_CASE = "open_case"
    SECOND_ACCOUNT = "second_account"
    ACCOUNT_OVER = "account_over"
    ASKED = "asked"
    ANSWERED = "answered"
    SWITCHED_OFF = "switched_off"


# Reason -> the state it leads to and who is waited for; the first that holds gives the state.
_LEADS_TO: dict[Reason, tuple[str, str]] = {
    Reason.ACCOUNT_OVER: (states.NEEDS_REVIEW, PERSON),
    Reason.ASKED: (states.NEEDS_REVIEW, PERSON),
    Reason.ANSWERED: (states.NEEDS_REVIEW, IT),
    Reason.OPEN_CASE: (states.NEEDS_REVIEW, IT),
    Reason.SECOND_ACCOUNT: (states.NEEDS_REVIEW, IT),
    Reason.IDENTITY_UNPROVED: (states.NEEDS_REVIEW, IT),
    Reason.NOT_IN_HR: (states.WAITING_SOURCE, HR),
    Reason.NOT_ACTIVE: (states.WAITING_SOURCE, HR),
    Reason.NOT_SYNCHRONISED: (states.WAITING_SYNC, PERSON),
    Reason.MAILBOX_UNPROVED: (states.WAITING_MAILBOX, PERSON),
    Reason.MAILBOX_UNTRIED: (states.NEEDS_REVIEW, IT),
    Reason.NAME_TAKEN: (states.NEEDS_REVIEW, IT),
    Reason.OFFICE_NAME: (states.NEEDS_REVIEW, IT),
    Reason.SWITCHED_OFF: (states.NEEDS_REVIEW, IT),
}


@dataclass(frozen=True)
class Facts:
    """What is known when a request is judged.

    ``is_admitted``: the person was admitted and has to press synchronise after becoming active. ``is_synchronised``:
    that has been done. ``is_name_free``: nobody else has, holds or had the name. ``has_mailbox`` and
    ``is_mailbox_proved``: whether an old mailbox is brought along, and its password was right; ``can_try_mailbox``:
    there is an old server to try it at. ``is_office_name``: the old mailbox has a name that is kept for offices, so
    that its password proves nobody's own. ``awaits_answer``: the desk asked the person something; ``has_answer``:
    nobody has read what the person answered.
    """

    is_in_hr: bool = True
    is_active: bool = True
    is_admitted: bool = False
    is_synchronised: bool = False
    has_mailbox: bool = False
    is_mailbox_proved: bool = False
    can_try_mailbox: bool = True
    is_identity_proved: bool = True
    is_name_free: bool = True
    is_office_name: bool = False
    has_open_case: bool = False
    has_second_account: bool = False
    is_account_alive: bool = True
    awaits_answer: bool = False
    has_answer: bool = False
    is_automatic: bool = True


@dataclass(frozen=True)
class Verdict:
    """The state a request goes to, its reasons, and who is waited for ("" for nobody)."""

    state: str
    reasons: tuple[Reason, ...] = ()
    waits_for: str = ""


def judge(facts: Facts) -> Verdict:
    """Give the verdict; without any reason against it the request is approved."""
    is_unproved = facts.has_mailbox and not facts.is_mailbox_proved
    against = {
        Reason.ACCOUNT_OVER: not facts.is_account_alive,
        Reason.ASKED: facts.awaits_answer,
        Reason.ANSWERED: facts.has_answer,
        Reason.OPEN_CASE: facts.has_open_case,
        Reason.SECOND_ACCOUNT: facts.has_second_account,
        Reason.IDENTITY_UNPROVED: not facts.is_identity_proved,
        Reason.NOT_IN_HR: not facts.is_in_hr,
        Reason.NOT_ACTIVE: facts.is_in_hr and not facts.is_active,
        Reason.NOT_SYNCHRONISED: facts.is_active and facts.is_admitted and not facts.is_synchronised,
        Reason.MAILBOX_UNPROVED: is_unproved and facts.can_try_mailbox,
        Reason.MAILBOX_UNTRIED: is_unproved and not facts.can_try_mailbox,
        Reason.NAME_TAKEN: not facts.is_name_free,
        Reason.OFFICE_NAME: facts.is_office_name,
        Reason.SWITCHED_OFF: not facts.is_automatic,
    }
    reasons = tuple(reason for reason, holds in against.items() if holds)
    if not reasons:
        return Verdict(states.APPROVED)
    state, waits_for = _LEADS_TO[reasons[0]]
    return Verdict(state, reasons, waits_for)
