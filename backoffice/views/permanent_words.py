"""States, reasons and parts of permanent accounts in words."""

from collections.abc import Iterable

from backoffice.i18n import N_, _
from backoffice.models import PermanentRequest
from backoffice.rules import approval
from backoffice.rules import request_states as states
from backoffice.rules.approval import Reason
from backoffice.services import mailboxes, promotion, request_list
from backoffice.services.approval import MANUAL

_STATES = {
    states.SUBMITTED: ("info", N_("filed")),
    states.WAITING_SOURCE: ("warning", N_("waits for HR")),
    states.WAITING_SYNC: ("warning", N_("waits for the person to synchronise")),
    states.WAITING_MAILBOX: ("warning", N_("waits for the password of the old mailbox")),
    states.NEEDS_REVIEW: ("warning", N_("waits for a decision")),
    states.APPROVED: ("info", N_("approved")),
    states.PROVISIONING: ("info", N_("is being made permanent")),
    states.DONE: ("success", N_("permanent")),
    states.FAILED: ("danger", N_("could not be done")),
    states.REJECTED: ("neutral", N_("refused")),
    states.CANCELLED: ("neutral", N_("cancelled by the person")),
}
_REASONS = {
    Reason.ACCOUNT_OVER: N_("The temporary account is not valid any more."),
    Reason.ASKED: N_("The person was asked something and has not answered yet."),
    Reason.ANSWERED: N_("The person has answered; somebody has to read it."),
    Reason.OPEN_CASE: N_("There is an open case about this person."),
    Reason.SECOND_ACCOUNT: N_("The person has another account already."),
    Reason.IDENTITY_UNPROVED: N_("The identity was not checked by a registration of ours."),
    Reason.NOT_IN_HR: N_("The newest HR file does not have this person."),
    Reason.NOT_ACTIVE: N_("The newest HR file does not have this person as active."),
    Reason.NOT_SYNCHRONISED: N_("The person was admitted and has not synchronised since becoming active."),
    Reason.MAILBOX_UNPROVED: N_("The password of the old mailbox has not been proved."),
    Reason.MAILBOX_UNTRIED: N_(
        "The old mailbox could not be tried, because no old mail server is set (OLD_IMAP_URL): please make sure that "
        "it is this person's."
    ),
    Reason.NAME_TAKEN: N_("The user name belongs to another account, or looks too much like one."),
    Reason.OFFICE_NAME: N_(
        "The old mailbox has a name that is kept for offices: please make sure that it is to be this person's alone."
    ),
    Reason.SWITCHED_OFF: N_("Automatic approval is switched off."),
}
_TABS = {
    states.NEEDS_REVIEW: N_("To be decided"), request_list.WAITING: N_("Waiting"),
    states.PROVISIONING: N_("Being made"), states.DONE: N_("Permanent"), states.REJECTED: N_("Refused or cancelled"),
}  # fmt: skip
_WAITED_FOR = {approval.PERSON: N_("the person"), approval.HR: N_("HR"), approval.IT: N_("IT")}
_STEPS = {
    promotion.ENTRY: N_("Account moved to its new name"), mailboxes.MAILBOX: N_("Mailbox made"),
    mailboxes.TOLD: N_("Person told"),
}  # fmt: skip


def state(request: PermanentRequest) -> tuple[str, str]:
    """Give level and words of the state of a request."""
    level, words = _STATES.get(request.state, ("neutral", request.state))
    return level, _(words)


def reasons(request: PermanentRequest) -> list[str]:
    """Give why a request is not approved, in sentences."""
    return [_(_REASONS[Reason(code)]) for code in request.reasons if code in set(Reason)]


def tab_title(tab: str) -> str:
    """Give the name of a tab."""
    return str(_(_TABS[tab]))


def waited_for(request: PermanentRequest) -> str:
    """Give who is waited for, "" for nobody."""
    return _(_WAITED_FOR[request.waits_for]) if request.waits_for in _WAITED_FOR else ""


def steps(request: PermanentRequest) -> Iterable[tuple[str, str]]:
    """Give (words, moment as ISO, "" for not yet) of each part of a permanent account."""
    return [(_(words), str(request.steps.get(name, ""))) for name, words in _STEPS.items()]


def trouble(request: PermanentRequest) -> str:
    """Say why account or mailbox are not there yet, "" where nothing is known against it."""
    found = mailboxes.trouble(request.id) if request.state == states.PROVISIONING else None
    if found is None:
        return ""
    message, values = found
    return str(_(message, **values))


def rule(request: PermanentRequest) -> str:
    """Say what decided a request, "" where nothing has."""
    if request.rule == MANUAL:
        return str(_("decided by a person of the desk"))
    if not request.rule:
        return ""
    name = request.rule.partition(":")[2]
    return str(_("approved by itself: identity, HR and name were in order (%(rule)s)", rule=name))
