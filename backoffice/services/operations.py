"""The queue of operations: put in, claimed with a lease and a fence, finished once.

Source: architecture.md "How a change happens", reliability.md §3.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, write, writing
from backoffice.i18n import N_
from backoffice.models import Operation
from backoffice.models.operation import DONE, MADE, PARKED, PENDING, RUNNING, UNKNOWN
from backoffice.models.types import UtcDateTime
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import account_operations, audit
from backoffice.services.audit import Act

LEASE = dt.timedelta(seconds=60)
TRIES = 5
# Pauses after the first, second … try that came to nothing.
PAUSES = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 30, 60))
# How long to leave a directory alone that takes nothing at the moment.
OUTAGE_PAUSE = dt.timedelta(seconds=5)
# How long to wait for what has to be repaired by a person first.
HELD_PAUSE = dt.timedelta(minutes=5)
GIVEN_UP = N_("Given up after %(tries)d tries; the last answer was: %(why)s")
_VERBS = {
    s.UPDATE: "updated", s.DISABLE: "disabled", s.ENABLE: "enabled", s.KEY_CHANGE: "key_changed",
    account_operations.EXTEND: "updated", account_operations.LOCK: "disabled", account_operations.UNLOCK: "enabled",
    account_operations.REKEY: "password_set", account_operations.PURGE: "deleted",
}  # fmt: skip


@dataclass(frozen=True)
class Claimed:
    """An operation this process may carry out until its lease ends; ``secret`` is sealed, erased once it is done."""

    id: int
    kind: str
    subject: str
    desired: dict[str, Any]
    run_id: int | None
    undo_of: int | None
    fence: int
    attempts: int
    changes: list[dict[str, Any]]
    secret: str = field(repr=False)


# The columns of ``Claimed``, in its order.
_CLAIMED = (
    Operation.id, Operation.kind, Operation.subject, Operation.desired, Operation.run_id, Operation.undo_of,
    Operation.fence, Operation.attempts, Operation.changes, Operation.secret,
)  # fmt: skip


def _is_due(now: dt.datetime | sa.BindParameter[dt.datetime]) -> sa.ColumnElement[bool]:
    """Choose what waits and may begin, and what a holder did not finish within its lease."""
    waiting = Operation.state.in_((PENDING, UNKNOWN)) & (Operation.not_before <= now)
    return waiting | ((Operation.state == RUNNING) & (Operation.lease_until < now))


# Asked by many threads several times a second, so they are made once.
_NOW, _OF_KINDS = sa.bindparam("now", type_=UtcDateTime()), Operation.kind.in_(sa.bindparam("kinds", expanding=True))
_ANY_DUE = sa.select(Operation.id).where(_is_due(_NOW), _OF_KINDS).limit(1)
_DUE_KINDS = sa.select(Operation.kind).where(_is_due(_NOW), _OF_KINDS).distinct()


def _claiming(*turn: sa.SQLColumnExpression[Any]) -> sa.Executable:
    """Choose and take in one statement. Which was taken first, the database does not say."""
    first = sa.select(Operation.id).where(_is_due(_NOW), _OF_KINDS).order_by(Operation.priority.desc(), *turn)
    due = first.limit(sa.bindparam("most", type_=sa.Integer)).with_for_update(skip_locked=True).cte("due")
    return (
        sa.update(Operation)
        .where(Operation.id.in_(sa.select(due.c.id)))
        .values(
            state=RUNNING, lease_until=sa.bindparam("until", type_=UtcDateTime()), fence=Operation.fence + 1,
            attempts=Operation.attempts + 1,
        )
        .returning(*_CLAIMED, Operation.priority, Operation.not_before)
    )  # fmt: skip


_CLAIMS = {False: _claiming(Operation.id), True: _claiming(Operation.not_before, Operation.id)}
_WRITTEN = sa.update(Operation).where(Operation.id == sa.bindparam("row"))
_OURS = _WRITTEN.where(Operation.state == RUNNING, Operation.fence == sa.bindparam("held"))
_INTENT = _OURS.values(changes=sa.bindparam("intended")).returning(Operation.id)
_ENDED = _OURS.returning(Operation.id, Operation.requested_by)
_HELD = (
    sa.select(Operation.id, Operation.fence, Operation.requested_by)
    .where(Operation.id.in_(sa.bindparam("ids", expanding=True)), Operation.state == RUNNING)
    .order_by(Operation.id)
    .with_for_update()
)


@dataclass(frozen=True)
class Result:
    """How a claimed operation ended. ``state`` done, pending (again later), unknown or parked.

    ``counts``: whether this try counts towards giving up; an outage of the whole directory does not. ``pause``: how
    long to wait before the next try, where it is not the usual time.
    """

    operation: Claimed
    state: str
    outcome: str = ""
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[dict[str, Any]] | None = None
    version: str = ""
    counts: bool = True
    pause: dt.timedelta | None = None


def claim(kinds: Collection[str], limit: int, *, in_turn: bool = False) -> list[Claimed]:
    """Take up to ``limit`` due operations of these kinds; also those whose holder's lease ran out.

    Those somebody waits for come first, then the oldest; ``in_turn``: then the one that has waited longest for its next
    try.
    """
    # SQLite has one lock for all that write; looking takes none.
    if db.engine.dialect.name == "sqlite" and not any_due(kinds):
        return []
    now = clock.now()
    asked = {"now": now, "kinds": list(kinds), "most": limit, "until": now + LEASE}
    taken = write(_CLAIMS[in_turn], asked)
    first = sorted(taken, key=lambda row: (-row.priority, row.not_before if in_turn else now, row.id))
    return [Claimed(*row[: len(_CLAIMED)]) for row in first]


def any_due(kinds: Collection[str]) -> bool:
    """Say whether there is anything to claim now; reads only."""
    return bool(_found(_ANY_DUE, kinds))


def any_at_work(kinds: Collection[str]) -> bool:
    """Say whether somebody works on one of these kinds within its lease; reads only."""
    held = sa.select(Operation.id).where(
        Operation.kind.in_(kinds), Operation.state == RUNNING, Operation.lease_until >= clock.now()
    )
    found = db.session.scalar(held.limit(1)) is not None
    db.session.rollback()
    return found


def due_kinds(kinds: Collection[str]) -> frozenset[str]:
    """Give which of these kinds have something to claim now; reads only."""
    return frozenset(kind for (kind,) in _found(_DUE_KINDS, kinds))


def _found(due: sa.Executable, kinds: Collection[str]) -> Sequence[sa.Row[Any]]:
    found = db.session.connection().execute(due, {"now": clock.now(), "kinds": list(kinds)}).all()
    db.session.rollback()
    return found


def give_back_claims(kinds: Collection[str]) -> int:
    """Make the claims of dead processes due at once; only for who knows that no other process works on these kinds."""
    with writing() as session:
        lost = sa.update(Operation).where(Operation.state == RUNNING, Operation.kind.in_(kinds))
        values = {"state": UNKNOWN, "not_before": clock.now(), "lease_until": None}
        return len(session.scalars(lost.values(values).returning(Operation.id)).all())


def postpone(
    kinds: Collection[str], why: str, values: Mapping[str, Any] | None = None, pause: dt.timedelta = HELD_PAUSE
) -> None:
    """Let due operations of these kinds wait for a while; that is no fault of theirs."""
    now = clock.now()
    due = sa.update(Operation).where(_is_due(now), Operation.kind.in_(kinds))
    with writing() as session:
        session.execute(due.values(not_before=now + pause, detail=why, values=dict(values or {})))


def record_intent(operation: Claimed, changes: list[dict[str, Any]]) -> bool:
    """Write down what is about to be changed, before it is; say whether the operation is still ours to carry out."""
    return bool(write(_INTENT, {"row": operation.id, "held": operation.fence, "intended": changes}))


def record_intents(intents: Iterable[tuple[Claimed, list[dict[str, Any]]]]) -> set[int]:
    """Do the same for many operations; give the ids of those still ours."""
    given = list(intents)
    with writing() as session:
        ours = _still_ours(session, [operation for operation, _changes in given])
        _put(session, [{"row": claimed.id, "changes": changes} for claimed, changes in given if claimed.id in ours])
    return set(ours)


def finish(results: Iterable[Result]) -> dict[int, str]:
    """Store how operations ended, with one audit row for each change made; give who asked for those still ours, by id.

    Late results of lost claims are dropped.
    """
    given = list(results)
    with writing() as session:
        ours = _finished(session, given)
        kept = [result for result in given if result.operation.id in ours]
        made = [result for result in kept if result.outcome == MADE and result.operation.kind in _VERBS]
        audit.record_all([_act(result, ours[result.operation.id]) for result in made])
    return ours


def _finished(session: Session, results: Sequence[Result]) -> dict[int, str]:
    if len(results) == 1:
        return _finished_alone(session, results[0])
    ours = _still_ours(session, [result.operation for result in results])
    _put(session, [{"row": r.operation.id, **_final(r)} for r in results if r.operation.id in ours])
    return ours


def _finished_alone(session: Session, result: Result) -> dict[int, str]:
    """Do it in one statement: somebody waits for most of those that end alone."""
    values = {"row": result.operation.id, "held": result.operation.fence, **_final(result)}
    found = session.connection().execute(_ENDED, values)
    return {row.id: row.requested_by for row in found}


def _still_ours(session: Session, claimed: Iterable[Claimed]) -> dict[int, str]:
    """Give the claims nobody has taken over, id -> who asked for it; nobody can take them until this ends."""
    fences = {operation.id: operation.fence for operation in claimed}
    found = session.connection().execute(_HELD, {"ids": list(fences)})
    return {row.id: row.requested_by for row in found if row.fence == fences[row.id]}


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write many operations at once, in one statement for those that set the same columns."""
    for _columns, alike in groupby(sorted(rows, key=sorted), sorted):
        session.connection().execute(_WRITTEN, list(alike))


def _final(result: Result) -> dict[str, Any]:
    values: dict[str, Any] = {"detail": result.message, "values": result.values, "lease_until": None}
    if result.changes is not None:
        values["changes"] = result.changes
    if result.state in (PENDING, UNKNOWN):
        return values | _again(result)
    erased = {"secret": ""} if result.state == DONE else {}
    return values | erased | {
        "state": result.state, "outcome": result.outcome, "version": result.version, "finished_at": clock.now(),
    }  # fmt: skip


def _again(result: Result) -> dict[str, Any]:
    if not result.counts:
        attempts = result.operation.attempts - 1
        return {"state": result.state, "attempts": attempts, "not_before": clock.now() + (result.pause or OUTAGE_PAUSE)}
    if result.pause:
        return {"state": result.state, "not_before": clock.now() + result.pause}
    if result.operation.attempts >= TRIES:
        why = {"tries": TRIES, **RefusedError(result.message, result.values).because}
        return {"state": PARKED, "outcome": PARKED, "detail": GIVEN_UP, "values": why, "finished_at": clock.now()}
    pause = PAUSES[min(result.operation.attempts, len(PAUSES)) - 1]
    return {"state": result.state, "not_before": clock.now() + pause}


def _act(result: Result, actor: str) -> Act:
    operation, changes = result.operation, result.changes or result.operation.changes
    verb = "restored" if operation.undo_of else _VERBS[operation.kind]
    return Act(
        f"directory:entry:{verb}", operation.subject, actor=actor, reason=f"operation:{operation.id}",
        before={change["attribute"]: change["remove"] for change in changes},
        after={change["attribute"]: change["add"] for change in changes},
    )  # fmt: skip
