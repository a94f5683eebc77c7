"""Seeing to mailboxes at the new server: is it there, else it is made, then read back.

An operation ``mailbox`` is open until the mailbox was seen. Where people make mailboxes, it looks again every few
minutes. Source: issue "From temporary to permanent" 5; architecture.md "How a change happens".
"""

import datetime as dt

from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Operation
from backoffice.models.operation import DONE, MADE, PARKED, PENDING, UNKNOWN
from backoffice.ports.mail_server import MailServer
from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.mailbox_provider import open_provider
from backoffice.ports.transport import TransportError
from backoffice.services import mailboxes, operations
from backoffice.services.mailboxes import MAILBOX_KIND
from backoffice.services.operations import HELD_PAUSE, Claimed, Result
from backoffice.settings import Settings

KINDS = frozenset({MAILBOX_KIND})
BATCH = 5
# How long to leave a server or a program alone that does not answer.
OUTAGE_PAUSE = dt.timedelta(minutes=1)
NOT_CHECKED = N_("Nobody can look whether the mailbox is there: NEW_IMAP_URL and its master user are not set.")
BY_HAND = N_("The mailbox is not there yet; somebody has to make it.")
NOT_THERE_YET = N_("The mailbox was made, but it cannot be opened yet.")


def work(settings: Settings) -> list[Result]:
    """Claim and carry out a few due operations; give how each ended, [] for none. Faults are stored."""
    if settings.policy.mode == "observe":
        return []
    results = []
    for operation in operations.claim(KINDS, BATCH):
        result = _carry_out(operation, settings)
        _store(result, settings)
        results.append(result)
    return results


def _carry_out(operation: Claimed, settings: Settings) -> Result:
    try:
        return _seen_to(operation, settings)
    except TransportError as fault:
        return _not_yet(operation, fault)


def _seen_to(operation: Claimed, settings: Settings) -> Result:
    """Look, make, look. Raises TransportError."""
    username = operation.desired["fields"]["username"]
    server = MailServer.of("new_imap", settings)
    if not server.has_master:
        return Result(operation, PENDING, message=NOT_CHECKED, counts=False, pause=HELD_PAUSE)
    if server.has_mailbox(username):
        return Result(operation, DONE, MADE)
    provider = open_provider(settings)
    if provider is None:
        return Result(operation, PENDING, message=BY_HAND, counts=False, pause=HELD_PAUSE)
    if operations.record_intent(operation, [{"create": username}]):
        provider.create(NewMailbox(username, operation.desired["fields"]))
    if server.has_mailbox(username):
        return Result(operation, DONE, MADE)
    return Result(operation, UNKNOWN, message=NOT_THERE_YET)


def _not_yet(operation: Claimed, fault: TransportError) -> Result:
    if fault.permanent:
        return Result(operation, PARKED, PARKED, fault.message, fault.values)
    if fault.put_off:
        return Result(operation, PENDING, message=fault.message, values=fault.values)
    state = UNKNOWN if fault.unknown else PENDING
    return Result(operation, state, message=fault.message, values=fault.values, counts=False, pause=OUTAGE_PAUSE)


def _store(result: Result, settings: Settings) -> None:
    """Store how a try ended and what follows for the request; a result whose claim was lost meanwhile is dropped."""
    with writing() as session:
        if operations.finish([result]):
            row = session.get_one(Operation, result.operation.id, populate_existing=True)
            mailboxes.store(session, row, settings)
