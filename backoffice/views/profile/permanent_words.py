"""How a request for the permanent account stands, as its person reads it. Source: glossary.md "waiting"."""

from backoffice.i18n import N_, _, current_language
from backoffice.models import PermanentRequest
from backoffice.rules import approval
from backoffice.rules import request_states as states
from backoffice.rules.approval import Reason
from backoffice.rules.deadlines import day_of
from backoffice.rules.working_days import in_words
from backoffice.services import mailboxes, promotion

_WAITED_FOR = {
    approval.PERSON: N_("you yourself"), approval.HR: N_("the personnel office"), approval.IT: N_("the IT office"),
}  # fmt: skip
_REASONS = {
    Reason.ACCOUNT_OVER: N_("The time of your temporary account is over; please extend it first."),
    Reason.ASKED: N_("The IT office has a question; please answer it below."),
    Reason.ANSWERED: N_("Your answer has arrived; the IT office reads it."),
    Reason.OPEN_CASE: N_("A question about your data is still open; the IT office looks into it."),
    Reason.SECOND_ACCOUNT: N_("You seem to have an account already; the IT office looks into it."),
    Reason.IDENTITY_UNPROVED: N_("The IT office still has to check your identity."),
    Reason.NOT_IN_HR: N_("Your name is not in the file of the personnel office yet."),
    Reason.NOT_ACTIVE: N_("The personnel office does not have you as active yet."),
    Reason.NOT_SYNCHRONISED: N_("Please choose «Synchronise the account data» on the first page of your profile."),
    Reason.MAILBOX_UNPROVED: N_(
        "Please take the request back and send it again with the password of your old mailbox."
    ),
    Reason.MAILBOX_UNTRIED: N_("The IT office still has to see that the old mailbox is yours; it will get in touch."),
    Reason.NAME_TAKEN: N_("The name belongs to another account; the IT office will get in touch with you."),
    Reason.OFFICE_NAME: N_(
        "The name of the mailbox looks like that of an office; the IT office has to see that it is yours alone."
    ),
    Reason.SWITCHED_OFF: N_("The IT office looks at every request at the moment."),
}
_DECIDED = {
    states.APPROVED: N_("Your request is approved; your account is being made permanent."),
    states.PROVISIONING: N_("Your request is approved; your account is being made permanent."),
    states.DONE: N_("Your permanent account (and mailbox) is ready."),
    states.FAILED: N_("Your account could not be made permanent yet; the IT office has been told."),
    states.REJECTED: N_("Your request was not accepted."),
}
_BEGUN = (states.APPROVED, states.PROVISIONING, states.DONE)
_PARTS = {promotion.ENTRY: N_("Permanent name"), mailboxes.MAILBOX: N_("Mailbox"), mailboxes.TOLD: N_("Message to you")}
DONE, NOT_YET = N_("done"), N_("not yet")
_SUBMITTED = N_("Your request has been filed and is being checked; that takes some minutes.")
_MAILBOX = N_("Your account is permanent; your mailbox is still being made.")
_WAITING = N_("Your request has been filed and waits for %(who)s; expected by the end of %(day)s.")
_NO_DAY = N_("Your request has been filed and waits for %(who)s.")


def standing(request: PermanentRequest, zone: str) -> str:
    """Give how a request stands, in one sentence."""
    if mailboxes.is_awaited(request):
        return str(_(_MAILBOX))
    if request.state in _DECIDED:
        return str(_(_DECIDED[request.state]))
    if request.state == states.SUBMITTED or request.waits_for not in _WAITED_FOR:
        return str(_(_SUBMITTED))
    who = _(_WAITED_FOR[request.waits_for])
    if request.due_at is None or request.waits_for == approval.PERSON:
        return str(_(_NO_DAY, who=who))
    return str(_(_WAITING, who=who, day=in_words(day_of(request.due_at, zone), current_language())))


def reasons(request: PermanentRequest) -> list[str]:
    """Give why a request is not approved yet, and why it was refused."""
    if request.state == states.REJECTED:
        return [request.note]
    return [str(_(_REASONS[Reason(code)])) for code in request.reasons if code in set(Reason)]


def parts(request: PermanentRequest) -> list[tuple[str, str]]:
    """Give (part, how it stands) of a permanent account that is being made or is there, [] before."""
    if request.state not in _BEGUN:
        return []
    return [(_(part), _(DONE if name in request.steps else NOT_YET)) for name, part in _PARTS.items()]


def is_open(request: PermanentRequest) -> bool:
    """Say whether a request can still be taken back."""
    return request.state in states.UNDECIDED


def is_over(request: PermanentRequest) -> bool:
    """Say whether another request may follow."""
    return request.state not in states.LIVE
