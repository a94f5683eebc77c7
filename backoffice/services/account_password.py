"""Giving an account another password: the web process hashes and seals it, only the worker writes it.

The newest wish counts: one that a later one overtook does nothing, so that nobody gets an old password back by a
retry. Writing the same hash twice does no harm. Source: architecture.md "How a change happens"; reliability.md §2.
"""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, Operation
from backoffice.models.operation import DONE, FAILED, MADE, PARKED, PENDING, STALE, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import DirectoryWriter, EntryMovedError, WriteLaterError, WriteRefusedError
from backoffice.ports.seal import SealError
from backoffice.rules.entry_changes import CSN, LOCK, LOCKED_FOR_EVER
from backoffice.services import account_operations, account_secrets
from backoffice.services.account_changes import MOVED, OVERTAKEN
from backoffice.services.directory_work import GONE, NO_ANSWER, NOT_REACHED
from backoffice.services.operations import Claimed, Result
from backoffice.settings import Settings

IS_LOCKED = N_("The account was locked meanwhile; its password was left alone.")
TOO_OLD = N_("The directory took no changes for a week; the password stays as it was.")
KEPT = dt.timedelta(days=7)
_MARK_BYTES = 8


def queue(session: Session, account: Account, hashed: str, actor: str, settings: Settings) -> int:
    """Queue the change to what ``chosen_passwords.hashed`` gave, in the caller's transaction; give the operation's id.

    Raises SealError.
    """
    mark = secrets.token_hex(_MARK_BYTES)
    sealed = account_secrets.seal_change(account.id, mark, hashed, settings)
    return account_operations.queue(
        session, account_operations.REKEY, account, {"mark": mark}, actor, secret=sealed
    )  # fmt: skip


def carry_out(writer: DirectoryWriter, operation: Claimed, sealed: str, settings: Settings) -> Result:
    """Carry out one change. Faults become the result."""
    if _is_overtaken(operation):
        return Result(operation, DONE, STALE, OVERTAKEN, changes=[])
    held = operation.desired
    try:
        hashed = account_secrets.unseal_change(sealed, held["account_id"], held["mark"], settings)
        return _write(writer, operation, hashed)
    except SealError as fault:
        return Result(operation, PARKED, PARKED, fault.message, changes=[])
    except DirectoryError as fault:
        return _not_made(operation, fault)


def give_up_old() -> int:
    """Give up what could not be written for a week: no password is kept longer. Give the number. For housekeeping."""
    old = sa.update(Operation).where(
        Operation.kind == account_operations.REKEY, Operation.secret != "", Operation.state.in_((PENDING, UNKNOWN)),
        Operation.created_at < clock.now() - KEPT,
    )  # fmt: skip
    ended = {"state": PARKED, "outcome": PARKED, "detail": TOO_OLD, "secret": "", "finished_at": clock.now()}
    with writing() as session:
        return len(session.scalars(old.values(ended).returning(Operation.id)).all())


def _write(writer: DirectoryWriter, operation: Claimed, hashed: bytes) -> Result:
    uuid = operation.desired["entry_uuid"]
    entry = writer.read([uuid], (LOCK, CSN)).get(uuid)
    if entry is None:
        return Result(operation, DONE, FAILED, GONE, changes=[])
    # A new password would open the lock again.
    if entry.values.get(LOCK) == (LOCKED_FOR_EVER,):
        return Result(operation, DONE, FAILED, IS_LOCKED, changes=[])
    writer.replace_password(entry, hashed)
    return Result(operation, DONE, MADE, changes=[])


def _not_made(operation: Claimed, fault: DirectoryError) -> Result:
    if isinstance(fault, EntryMovedError):
        return Result(operation, PENDING, message=MOVED)
    if isinstance(fault, WriteRefusedError):
        return Result(operation, DONE, FAILED, fault.message, fault.values, changes=[])
    if isinstance(fault, WriteLaterError):
        return Result(operation, PENDING, message=NOT_REACHED, values=fault.because, counts=False)
    # Perhaps it was made: the next try makes it once more.
    return Result(operation, UNKNOWN, message=NO_ANSWER, counts=False)


def _is_overtaken(operation: Claimed) -> bool:
    later = sa.select(Operation.id).where(
        Operation.kind == account_operations.REKEY, Operation.subject == operation.subject,
        Operation.id > operation.id,
    )  # fmt: skip
    found = db.session.scalar(later.limit(1)) is not None
    db.session.rollback()
    return found
