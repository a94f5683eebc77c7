"""The ledger of a move in the database: what was begun, what is stored, what was refused. One folder at a time.

Every change of it renews the lease of the operation, and fails where another process has taken the move over, or where
the desk stopped it: what is written here is written by whoever owns the move. Source: issue "Mail moves" 1.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import MailMove, MovedMessage, MoveFolder, Operation
from backoffice.models.mail_move import AGAIN, COPIED, REFUSED, SENDING
from backoffice.models.operation import RUNNING
from backoffice.rules.mail_move_states import CANCELLED
from backoffice.services.operations import LEASE, Claimed

# Nothing is sent to the new server in this last part of a lease: another process may take over when it ends.
MARGIN_SECONDS = 20.0


class StoppedError(Exception):
    """The move is not ours any more, or the desk paused or cancelled it; nothing was written."""


class TurnOverError(Exception):
    """Another mailbox has its turn now; all that was begun is written down."""


_TABLE = cast("sa.Table", MovedMessage.__table__)
_USUAL: dict[str, Any] = {
    "detail": sa.literal_column("''"), "values": sa.literal_column("'{}'"), "tries": sa.literal_column("0"),
    "verified": sa.false(), "target_uid": sa.null(),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What the ledger knows of a message."""

    id: int
    uid: int
    size: int
    digest: str
    flags: str
    date: str
    state: str
    target_uid: int | None
    tries: int
    verified: bool


_COLUMNS = tuple(_TABLE.c[name] for name in Entry.__dataclass_fields__)


@dataclass
class Holder:
    """Who works on a move: its claim, when its turn ends, and until when nobody else may take over.

    ``over_quota``: how many messages in a row did not fit.
    """

    operation: Claimed
    move_id: int
    turn_ends: float
    progress: int = 0
    over_quota: int = 0
    lease_ends: float = field(default_factory=lambda: time.monotonic() + LEASE.total_seconds())

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a transaction in which the move is ours. Raises StoppedError."""
        began = time.monotonic()
        with writing() as session:
            held = sa.update(Operation).where(
                Operation.id == self.operation.id, Operation.fence == self.operation.fence, Operation.state == RUNNING
            )
            held = held.values(lease_until=clock.now() + LEASE).execution_options(synchronize_session=False)
            if session.scalar(held.returning(Operation.id)) is None:
                raise StoppedError
            asked = sa.select(MailMove.paused_at, MailMove.state).where(MailMove.id == self.move_id)
            paused_at, state = session.execute(asked).one()
            if paused_at is not None or state == CANCELLED:
                raise StoppedError
            yield session
        self.lease_ends = began + LEASE.total_seconds()

    def check_turn(self) -> None:
        """Raise TurnOverError where others should go on, which is looked at between batches only."""
        if time.monotonic() > self.turn_ends:
            raise TurnOverError

    @property
    def is_late(self) -> bool:
        """Whether the lease ends soon."""
        return time.monotonic() > self.lease_ends - MARGIN_SECONDS

    def check_lease(self) -> None:
        """Raise StoppedError where the lease ends soon: this process slept, and another one may be at work."""
        if self.is_late:
            raise StoppedError


def entries(folder_id: int, validity: int, *conditions: sa.ColumnElement[bool]) -> dict[int, Entry]:
    """Give UID -> what is known of the messages of a folder, of those that fulfil the conditions."""
    known = sa.select(*_COLUMNS).where(_TABLE.c.folder_id == folder_id, _TABLE.c.validity == validity, *conditions)
    found = {row[1]: Entry(*row) for row in db.session.connection().execute(known)}
    db.session.rollback()
    return found


def target_uids(folder_id: int) -> set[int]:
    """Give the UIDs at the new server that are ours."""
    ours = sa.select(_TABLE.c.target_uid).where(_TABLE.c.folder_id == folder_id, _TABLE.c.target_uid.is_not(None))
    found = set(db.session.connection().execute(ours).scalars())
    db.session.rollback()
    return found


def put(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add or change rows (with ``id``) of messages."""
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault(frozenset(row), []).append(dict(row))
    # Without the unit of work, and what is the same in all not as a value: these are many.
    connection = session.connection()
    for columns, some in alike.items():
        if "id" in columns:
            for row in some:
                row["key"] = row.pop("id")
            connection.execute(_change(columns), some)
        else:
            usual = {name: value for name, value in _USUAL.items() if name not in columns}
            connection.execute(sa.insert(_TABLE).values({name: sa.bindparam(name) for name in columns} | usual), some)


def _change(columns: Collection[str]) -> sa.Update:
    fresh: dict[str, Any] = {name: sa.bindparam(name) for name in columns if name != "id"}
    return sa.update(_TABLE).where(_TABLE.c.id == sa.bindparam("key")).values(fresh)


def mark_verified(session: Session, ids: Collection[int]) -> None:
    """Note that these are at the new server as they were stored."""
    for some in _portions(list(ids)):
        session.connection().execute(sa.update(_TABLE).where(_TABLE.c.id.in_(some)).values(verified=True))


def forget(session: Session, ids: Collection[int]) -> None:
    """Take messages out of the ledger."""
    for some in _portions(list(ids)):
        session.execute(sa.delete(MovedMessage).where(MovedMessage.id.in_(some)))


def ids_of(session: Session, folder_id: int, validity: int, uids: Collection[int]) -> dict[int, int]:
    """Give UID -> id of rows."""
    found: dict[int, int] = {}
    for some in _portions(list(uids)):
        rows = sa.select(_TABLE.c.uid, _TABLE.c.id).where(
            _TABLE.c.folder_id == folder_id, _TABLE.c.validity == validity, _TABLE.c.uid.in_(some)
        )
        found |= {row[0]: row[1] for row in session.connection().execute(rows)}
    return found


def count(session: Session, folder_id: int) -> None:
    """Count anew what of a folder is stored and refused, and of its move."""
    counted = sa.select(MovedMessage.state, sa.func.count(), sa.func.coalesce(sa.func.sum(MovedMessage.size), 0)).where(
        MovedMessage.folder_id == folder_id
    )
    by_state = {
        state: (number, int(size)) for state, number, size in session.execute(counted.group_by(MovedMessage.state))
    }
    folder = session.get_one(MoveFolder, folder_id)
    folder.messages_done, folder.size_done = by_state.get(COPIED, (0, 0))
    folder.refused, refused_size = by_state.get(REFUSED, (0, 0))
    # A server may list a message and describe another one twice instead: what is refused is there nevertheless.
    folder.messages = max(folder.messages, folder.messages_done + folder.refused)
    folder.size = max(folder.size, folder.size_done + refused_size)
    session.flush()
    add_up(session, folder.move_id)


def add_up(session: Session, move_id: int) -> None:
    """Let the numbers of a move be the sums of those of its folders."""
    names = ("messages", "size", "messages_done", "size_done", "refused")
    sums = [sa.func.coalesce(sa.func.sum(getattr(MoveFolder, name)), 0) for name in names]
    found = session.execute(sa.select(*sums).where(MoveFolder.move_id == move_id)).one()
    session.execute(
        sa.update(MailMove).where(MailMove.id == move_id).values(dict(zip(names, map(int, found), strict=True)))
    )


def open_again(session: Session, folder_id: int) -> None:
    """Let everything of a folder be looked for anew at the new server, whose folder is not the one it was."""
    theirs = sa.update(MovedMessage).where(MovedMessage.folder_id == folder_id, MovedMessage.state == COPIED)
    session.execute(theirs.values(state=SENDING, target_uid=None, verified=False))


def forget_refused(session: Session, move_id: int) -> int:
    """Let what was refused be tried again; give how many."""
    folders = sa.select(MoveFolder.id).where(MoveFolder.move_id == move_id)
    refused = sa.delete(MovedMessage).where(MovedMessage.folder_id.in_(folders), MovedMessage.state == REFUSED)
    return len(session.scalars(refused.returning(MovedMessage.id)).all())


def _portions(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), 500):
        yield items[start : start + 500]


__all__ = ["AGAIN", "COPIED", "REFUSED", "SENDING", "Entry", "Holder", "StoppedError", "TurnOverError"]
