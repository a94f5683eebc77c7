"""Mail moves as the desk, the person and the command see them. Source: mission S46."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import _
from backoffice.models import Account, MailMove, MovedMessage, MoveFolder, Operation, PermanentRequest, Person
from backoffice.models.mail_move import REFUSED
from backoffice.models.operation import PENDING, UNKNOWN
from backoffice.rules import mail_folders
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services.mail_move_filter import TABS, Wanted, conditions

# So many are done something with at once, or told in a file.
MOST = 10_000


@dataclass(frozen=True)
class Row:
    """One move with whose it is and what the queue knows: when it is tried next, how often it was."""

    move: MailMove
    person: Person | None
    next_try: dt.datetime | None
    attempts: int
    erased_at: dt.datetime | None

    @property
    def share(self) -> int:
        """How much is done, in percent."""
        if self.move.state == states.DONE:
            return 100
        whole, done = (
            (self.move.size, self.move.size_done) if self.move.size else (self.move.messages, self.move.messages_done)
        )
        return min(99, done * 100 // whole) if whole else 0

    @property
    def untried(self) -> int:
        """How many messages were neither moved nor refused when the move stopped: the new mailbox is full, say."""
        move = self.move
        return max(0, move.messages - move.messages_done - move.refused) if move.state == states.FAILED else 0

    @property
    def speed(self) -> int:
        """How many bytes a second moved: in the last pass, in the first folder since it was begun.

        0 for unknown, and for a move that is paused.
        """
        began = self.move.started_at
        if self.move.paused_at is not None:
            return 0
        if self.move.speed or began is None or self.move.state not in states.WORKING:
            return self.move.speed
        return int(self.move.size_done / max(1.0, (clock.now() - began).total_seconds()))

    @property
    def seconds_left(self) -> int | None:
        """How long it takes at this speed, None where nobody knows."""
        if self.move.state not in states.WORKING or not self.speed:
            return None
        return max(0, self.move.size - self.move.size_done) // self.speed


def counts() -> dict[str, int]:
    """Give tab -> number of its moves."""
    counted = sa.select(MailMove.state, sa.func.count()).group_by(MailMove.state)
    by_state = {state: number for state, number in db.session.execute(counted)}  # noqa: C416 - rows are no tuples for mypy
    return {tab: sum(by_state.get(state, 0) for state in wanted) for tab, wanted in TABS.items()}


def stopped() -> tuple[int, dt.datetime | None]:
    """Give how many moves cannot go on, and since when the oldest of them waits."""
    failed = sa.select(sa.func.count(), sa.func.min(MailMove.created_at)).where(MailMove.state == states.FAILED)
    count, since = db.session.execute(failed).one()
    return count, since


def page(wanted: Wanted, number: int, size: int) -> tuple[list[Row], int]:
    """Give one page (from 0) of the moves wanted, the newest first, and how many there are in all."""
    asked = _question().where(*conditions(wanted))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
    number = min(number, max(0, (total - 1) // size))
    return _rows(asked.order_by(MailMove.id.desc()).limit(size).offset(number * size)), total


def of_filter(wanted: Wanted) -> list[Row]:
    """Give all the moves wanted, the newest first, MOST at most."""
    return _rows(_question().where(*conditions(wanted)).order_by(MailMove.id.desc()).limit(MOST))


def of_ids(move_ids: Collection[int]) -> list[Row]:
    """Give these moves, the newest first, MOST at most."""
    wanted = sorted(move_ids)[-MOST:]
    return _rows(_question().where(MailMove.id.in_(wanted)).order_by(MailMove.id.desc()))


def every() -> list[Row]:
    """Give all moves, the oldest first; for commands."""
    return _rows(_question().order_by(MailMove.id))


def find(move_id: int) -> Row | None:
    """Give one move, None for none."""
    return next(iter(_rows(_question().where(MailMove.id == move_id))), None)


def of_account(account_id: int) -> Row | None:
    """Give the newest move of an account, None for none."""
    of_it = _question().where(PermanentRequest.account_id == account_id).order_by(MailMove.id.desc()).limit(1)
    return next(iter(_rows(of_it)), None)


def folders(move_id: int) -> Sequence[MoveFolder]:
    """Give the folders of a move."""
    return db.session.scalars(sa.select(MoveFolder).where(MoveFolder.move_id == move_id).order_by(MoveFolder.id)).all()


def refused(move_id: int, limit: int) -> list[tuple[MovedMessage, str]]:
    """Give messages that could not be moved, each with its folder as people read it."""
    question = (
        sa.select(MovedMessage, MoveFolder.name)
        .join(MoveFolder, MoveFolder.id == MovedMessage.folder_id)
        .where(MoveFolder.move_id == move_id, MovedMessage.state == REFUSED)
        .order_by(MovedMessage.id)
        .limit(limit)
    )
    return [(message, mail_folders.shown(name)) for message, name in db.session.execute(question)]


def said(message: str, values: dict[str, Any]) -> str:
    """Give a stored sentence in the language of the page."""
    return str(_(message) % values if values else _(message)) if message else ""


def document(row: Row) -> dict[str, Any]:
    """Give a move for programs. Source: contract.md ``mail status``."""
    move = row.move
    fault = RefusedError(move.detail, move.values) if move.detail else None
    return {
        "id": move.id, "mailbox": move.old_name, "username": move.new_name, "state": move.state,
        "failure": move.failure or None, "messages": move.messages, "messages_done": move.messages_done,
        "bytes": move.size, "bytes_done": move.size_done, "refused": move.refused, "attempts": row.attempts,
        "paused": move.paused_at is not None, "error": str(fault) if fault else None,
        "next_try": _iso(row.next_try), "finished_at": _iso(move.finished_at),
        "credentials_erased_at": _iso(row.erased_at),
    }  # fmt: skip


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _question() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(MailMove, Person, Operation, PermanentRequest.secret_erased_at)
        .join(PermanentRequest, PermanentRequest.id == MailMove.request_id)
        .outerjoin(Account, Account.id == PermanentRequest.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Operation, Operation.id == MailMove.operation_id)
    )


def _rows(question: sa.Select[*tuple[Any, ...]]) -> list[Row]:
    found = []
    for move, person, operation, erased_at in db.session.execute(question):
        attempts = operation.attempts if operation else 0
        found.append(Row(move, person, _next_try(move, operation), attempts, erased_at))
    return found


def _next_try(move: MailMove, operation: Operation | None) -> dt.datetime | None:
    """Give when a move is worked on again, None for one that is paused, over, or at work now."""
    if operation is None or move.paused_at is not None or operation.state not in (PENDING, UNKNOWN):
        return None
    return operation.not_before
