"""Mail moves as the desk and the person see them: begun, paused, tried again, cancelled, ended.

A move begins once the new mailbox is there. Its work is an operation of the queue; see mail_move_work. Source: mission
S31, S32; issue "Mail moves" 3, 4.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import MailMove, MoveFolder, Operation, PermanentRequest
from backoffice.models.operation import DONE, PENDING, RUNNING, STALE
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.mail_server import MailServer
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, mail_move_ledger, operations, request_messages
from backoffice.services.message_texts import OLD_MAIL_PASSWORD
from backoffice.services.permanent_requests import erase_secret
from backoffice.settings import Settings

MOVE_KIND = "move_mail"
KINDS = frozenset({MOVE_KIND})
# Until the desk says otherwise.
FAR = dt.timedelta(days=36_500)


def subject_of(move_id: int) -> str:
    """Give the name of a move in the audit trail and in operations."""
    return f"move:{move_id}"


def begin(session: Session, request: PermanentRequest, actor: str, settings: Settings) -> None:
    """Let the mail of a request whose mailbox is there follow, where there is any, in the caller's transaction."""
    there = sa.select(MailMove.id).where(MailMove.request_id == request.id)
    if not request.mailbox or not can_move(settings) or session.scalar(there) is not None:
        return
    has_way_in = bool(request.mailbox_secret) or MailServer.of("old_imap", settings).has_master
    move = MailMove(
        request_id=request.id, old_name=request.mailbox, new_name=request.username, created_at=clock.now(),
        state=states.QUEUED if has_way_in else states.CREDENTIALS_NEEDED,
    )  # fmt: skip
    session.add(move)
    session.flush()
    record(move, "begun", actor, "")
    if has_way_in:
        _queue(session, move, actor)


def can_move(settings: Settings) -> bool:
    """Say whether both servers are known, and the new one lets us in."""
    return bool(settings.old_imap_url) and MailServer.of("new_imap", settings).has_master


def is_due(settings: Settings) -> bool:
    """Say whether there is a move to work on now."""
    return is_open(settings, clock.now()) and operations.any_due(KINDS)


def is_open(settings: Settings, now: dt.datetime) -> bool:
    """Say whether this is an hour in which mail moves."""
    first, _, last = settings.mail_move.window.partition("-")
    if not first:
        return True
    hour, begin, end = now.astimezone(ZoneInfo(settings.timezone)).hour, int(first), int(last)
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def opens_at(settings: Settings, now: dt.datetime) -> int | None:
    """Give the hour at which mail moves again, None where it does now."""
    return None if is_open(settings, now) else int(settings.mail_move.window.partition("-")[0])


def is_anything_due() -> bool:
    """Say whether there is a move to work on now, by the settings of the application."""
    return is_due(settings_of(current_app))


def pause(move_id: int, *, actor: str) -> None:
    """Stop a move for now; what it is in the middle of ends with the batch. Raises RefusedError."""
    with writing() as session:
        move = _open(session, move_id)
        if move.paused_at is not None:
            raise RefusedError(states.WRONG_STATE)
        move.paused_at = clock.now()
        _due(session, move, FAR)
        record(move, "paused", actor, move.state)


def resume(move_id: int, *, actor: str) -> None:
    """Let a paused move go on. Raises RefusedError."""
    with writing() as session:
        move = _open(session, move_id)
        if move.paused_at is None:
            raise RefusedError(states.WRONG_STATE)
        move.paused_at = None
        _due(session, move)
        record(move, "resumed", actor, move.state)


def retry(move_id: int, *, actor: str) -> None:
    """Try a move again now, also one that ended or was cancelled: what is there already is not stored again.

    Raises RefusedError, for a move at work too.
    """
    with writing() as session:
        move = locked(session, move_id)
        if move.state in states.WORKING:
            raise RefusedError(states.WRONG_STATE)
        before = move.state
        if before != states.QUEUED:
            states.check_step(before, states.QUEUED)
        mail_move_ledger.forget_refused(session, move.id)
        start_again(session, move, actor)
        record(move, "retried", actor, before)


def cancel(move_id: int, *, actor: str, reason: str = "") -> None:
    """Give a move up; what is at the new server stays, and nothing changes at the old one. Raises RefusedError."""
    with writing() as session:
        move = _open(session, move_id)
        before, move.state, move.finished_at = move.state, states.CANCELLED, clock.now()
        states.check_step(before, states.CANCELLED)
        erase_credentials(session, move)
        request_messages.take_back(session, move.request_id, OLD_MAIL_PASSWORD)
        shelve(session, move)
        record(move, "cancelled", actor, before, reason)


def delivered(move_id: int, *, actor: str) -> None:
    """Note that new mail goes to the new server from now on, and look once more. Raises RefusedError."""
    with writing() as session:
        move = _open(session, move_id)
        if move.delivered_at is not None:
            raise RefusedError(states.WRONG_STATE)
        move.delivered_at = clock.now()
        _due(session, move)
        record(move, "delivered", actor, move.state)


def fail(move: MailMove, failure: str, fault: RefusedError, actor: str) -> None:
    """Note why a move cannot go on, in the caller's transaction."""
    before = move.state
    if before != states.FAILED:
        states.check_step(before, states.FAILED)
    move.state, move.failure, move.detail, move.values = states.FAILED, failure, fault.message, fault.values
    record(move, "failed", actor, before, str(fault))


def finish(session: Session, move: MailMove, actor: str) -> None:
    """Note that all is moved; the password of the old mailbox is erased, in the caller's transaction."""
    before = move.state
    states.check_step(before, states.DONE)
    move.state, move.failure, move.detail, move.values = states.DONE, "", "", {}
    move.finished_at = clock.now()
    erase_credentials(session, move)
    record(move, "done", actor, before)


def erase_credentials(session: Session, move: MailMove) -> None:
    """Erase the sealed password of the old mailbox, and note when here too."""
    request = session.get_one(PermanentRequest, move.request_id, with_for_update=True)
    erase_secret(request)
    if request.secret_erased_at is not None:
        move.credentials_erased_at = request.secret_erased_at


def has_secret(move_id: int) -> bool:
    """Say whether the person's own password opens the old mailbox of a move, not the master user."""
    of_it = sa.select(PermanentRequest.mailbox_secret).join(MailMove, MailMove.request_id == PermanentRequest.id)
    return bool(db.session.scalar(of_it.where(MailMove.id == move_id)))


def is_whole(session: Session, move: MailMove) -> bool:
    """Say whether nothing was refused, nothing is there twice, and every folder could be opened."""
    faults = sa.select(sa.func.count()).where(
        MoveFolder.move_id == move.id, (MoveFolder.refused > 0) | (MoveFolder.doubled > 0) | (MoveFolder.detail != "")
    )
    return session.scalar(faults) == 0


def record(move: MailMove, verb: str, actor: str, before: str, reason: str = "") -> None:
    """Enter a step of a move into the trail, in the caller's transaction."""
    after: dict[str, Any] = {
        "state": move.state, "failure": move.failure, "messages": move.messages_done, "refused": move.refused,
    }  # fmt: skip
    audit.record(
        f"mail:move:{verb}", subject_of(move.id), actor=actor, reason=reason, before={"state": before}, after=after
    )


def shelve(session: Session, move: MailMove) -> None:
    """End the operation of a move that is not at work, in the caller's transaction."""
    row = session.get(Operation, move.operation_id) if move.operation_id else None
    if row is not None and row.state not in (DONE, RUNNING):
        row.state, row.outcome, row.finished_at = DONE, STALE, clock.now()


def start_again(session: Session, move: MailMove, actor: str) -> None:
    """Put a move into the queue, in the caller's transaction."""
    move.state, move.failure, move.paused_at, move.finished_at = states.QUEUED, "", None, None
    move.detail, move.values = "", {}
    request_messages.take_back(session, move.request_id, OLD_MAIL_PASSWORD)
    _queue(session, move, actor)


def _open(session: Session, move_id: int) -> MailMove:
    move = locked(session, move_id)
    if move.state not in states.OPEN:
        raise RefusedError(states.WRONG_STATE)
    return move


def locked(session: Session, move_id: int) -> MailMove:
    """Give a move, kept for this transaction."""
    return session.get_one(MailMove, move_id, with_for_update=True, populate_existing=True)


def _due(session: Session, move: MailMove, pause: dt.timedelta = dt.timedelta(0)) -> None:
    """Let the operation of a move be due then; one at work hears of it at its next batch."""
    row = session.get(Operation, move.operation_id) if move.operation_id else None
    if row is not None and row.state not in (DONE, RUNNING):
        row.state = PENDING if row.state != PENDING else row.state
        row.attempts, row.not_before, row.outcome, row.finished_at = 0, clock.now() + pause, "", None


def _queue(session: Session, move: MailMove, actor: str) -> None:
    """Put the move into the queue: its operation of before where it is open, else a new one."""
    row = session.get(Operation, move.operation_id) if move.operation_id else None
    if row is not None and row.state != DONE:
        _due(session, move)
        return
    operation = Operation(
        kind=MOVE_KIND, subject=subject_of(move.id), source=None, directory=MAIN_DIRECTORY, state=PENDING,
        not_before=clock.now(), requested_by=actor, created_at=clock.now(), desired={"move_id": move.id},
    )  # fmt: skip
    session.add(operation)
    session.flush()
    move.operation_id = operation.id
