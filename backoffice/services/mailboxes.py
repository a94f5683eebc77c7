"""The mailbox of a permanent account at the new server, the news for its person, and the end of a request.

The mailbox is there when it was seen at the new server. Where that cannot be looked at, and people make mailboxes, it
is there when the desk says so. The person is told of the new name once the mailbox is there, or as soon as it has to
wait for people: the name opens the account already. Source: issue "From temporary to permanent" 5; mission S27.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, Operation, PermanentRequest
from backoffice.models.operation import DONE, MADE, OPEN, PARKED, PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.mail_server import MailServer
from backoffice.ports.mailbox_provider import MANUAL
from backoffice.rules import request_states as states
from backoffice.rules.approval import IT
from backoffice.rules.errors import RefusedError
from backoffice.services import mail_moves, request_messages
from backoffice.services.permanent_requests import record, subject_of
from backoffice.settings import Settings

MAILBOX, TOLD = "mailbox", "told"
MAILBOX_KIND = "mailbox"
NO_MAILBOX = N_("No mailbox is waited for here.")
# How long a mail server may be out of order before the person is told nevertheless.
PATIENCE = dt.timedelta(hours=1)


def begin(session: Session, request: PermanentRequest, made: Operation, settings: Settings) -> None:
    """See to the mailbox of an account whose entry is permanent now (by the operation ``made``), in the transaction."""
    by_hand = is_by_hand(settings)
    request.waits_for = IT if by_hand else ""
    record(request, "entry_made", made.requested_by, request.state)
    if by_hand:
        _tell(session, request, made.requested_by, settings)
    if not _is_word_taken(settings) and _operation(session, request.id) is None:
        _queue(session, request, made)


def store(session: Session, row: Operation, settings: Settings) -> None:
    """Let the request follow a try at its mailbox, in the caller's transaction."""
    request = session.get_one(PermanentRequest, row.desired["request_id"], with_for_update=True)
    if not is_awaited(request):
        return
    if row.state == DONE and row.outcome == MADE:
        _end(session, request, row.requested_by, settings)
        return
    if row.state == PARKED:
        request.waits_for = IT
        record(request, "mailbox_stuck", row.requested_by, request.state, _sentence(row))
    if row.state == PARKED or row.created_at < clock.now() - PATIENCE:
        _tell(session, request, row.requested_by, settings)


def is_by_hand(settings: Settings) -> bool:
    """Say whether people make mailboxes."""
    return settings.mailbox_provider == MANUAL


def is_awaited(request: PermanentRequest) -> bool:
    """Say whether the account is there and its mailbox is not."""
    return request.state == states.PROVISIONING and "entry" in request.steps and MAILBOX not in request.steps


def trouble(request_id: int) -> tuple[str, dict[str, object]] | None:
    """Give why an account or its mailbox is not there yet as message and values, None where nothing is known."""
    of_it = sa.select(Operation).where(Operation.subject == subject_of(request_id)).order_by(Operation.id.desc())
    row = db.session.scalar(of_it.limit(1))
    return (row.detail, dict(row.values)) if row is not None and row.state != DONE and row.detail else None


def there(request_id: int, *, actor: str, settings: Settings) -> bool:
    """Note that the desk has seen to the mailbox; give whether that is taken for it, or is looked at first.

    Raises RefusedError where no mailbox is waited for.
    """
    with writing() as session:
        request = session.get_one(PermanentRequest, request_id, with_for_update=True, populate_existing=True)
        if not is_awaited(request):
            raise RefusedError(NO_MAILBOX)
        row = _operation(session, request_id)
        if row is None or _is_word_taken(settings):
            _end(session, request, actor, settings)
            return True
        _look_now(row)
        record(request, "mailbox_looked_for", actor, request.state)
        return False


def _is_word_taken(settings: Settings) -> bool:
    """Say whether the desk's word is enough: people make mailboxes, and nobody can look at them."""
    return is_by_hand(settings) and not MailServer.of("new_imap", settings).has_master


def _look_now(row: Operation) -> None:
    """Let an operation be due now, also one that was given up."""
    if row.state == PARKED:
        row.state, row.outcome, row.finished_at = PENDING, "", None
    if row.state in OPEN:
        row.attempts, row.not_before = 0, clock.now()


def _end(session: Session, request: PermanentRequest, actor: str, settings: Settings) -> None:
    """Note that the mailbox is there, which ends the request."""
    now = clock.now()
    states.check_step(request.state, states.DONE)
    request.steps = {**request.steps, MAILBOX: now.isoformat()}
    _tell(session, request, actor, settings)
    request.state, request.waits_for, request.finished_at = states.DONE, "", now
    record(request, "done", actor, states.PROVISIONING)
    mail_moves.begin(session, request, actor, settings)


def _tell(session: Session, request: PermanentRequest, actor: str, settings: Settings) -> None:
    """Tell the person once."""
    if TOLD not in request.steps:
        request_messages.tell(session, request, request_messages.READY, actor, settings, {})
        request.steps = {**request.steps, TOLD: clock.now().isoformat()}


def _queue(session: Session, request: PermanentRequest, made: Operation) -> None:
    account, now = session.get_one(Account, request.account_id), clock.now()
    operation = Operation(
        kind=MAILBOX_KIND, subject=subject_of(request.id), source=account.source or None, directory=MAIN_DIRECTORY,
        state=PENDING, not_before=now, requested_by=made.requested_by, created_at=now,
        desired={"request_id": request.id, "fields": made.desired["fields"]},
    )  # fmt: skip
    session.add(operation)


def _operation(session: Session, request_id: int) -> Operation | None:
    """Give the newest operation about the mailbox of a request."""
    of_it = sa.select(Operation).where(Operation.kind == MAILBOX_KIND, Operation.subject == subject_of(request_id))
    return session.scalar(of_it.order_by(Operation.id.desc()).limit(1))


def _sentence(row: Operation) -> str:
    return row.detail % row.values if row.values else row.detail
