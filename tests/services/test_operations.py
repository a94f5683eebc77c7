"""Operations are claimed in their order, by one at a time, and what is written of them is written by who holds them."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Operation
from backoffice.models.operation import DONE, PARKED, PENDING, RUNNING, STALE
from backoffice.services import operations
from backoffice.services.operations import LEASE, Result
from tests.parallel import together

Later = Callable[[float], None]
KIND = "create_temporary"
# Priority and how many minutes ago it was due, by the order in which they were queued.
QUEUED = ((0, 1), (1, 2), (0, 3), (1, 4))


def queued() -> list[int]:
    now = clock.now()
    with writing() as session:
        rows = [
            Operation(
                kind=KIND, subject=f"account:{number}", directory="main", desired={}, state=PENDING, secret="sealed",
                priority=priority, not_before=now - dt.timedelta(minutes=ago), created_at=now,
            )
            for number, (priority, ago) in enumerate(QUEUED)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def order(*, in_turn: bool) -> list[int]:
    ids = queued()
    return [ids.index(claimed.id) for claimed in operations.claim({KIND}, 9, in_turn=in_turn)]


def test_who_waits_is_first_then_the_oldest(app: Flask) -> None:
    assert order(in_turn=False) == [1, 3, 0, 2]


def test_in_turn_the_one_that_waits_longest_is_next(app: Flask) -> None:
    assert order(in_turn=True) == [3, 1, 2, 0]


def test_no_more_are_claimed_than_asked_for_and_none_twice(app: Flask) -> None:
    ids = queued()
    claimed = [[claim.id for claim in operations.claim({KIND}, 3)] for _ in range(3)]
    assert claimed == [[ids[1], ids[3], ids[0]], [ids[2]], []]


def test_of_many_who_claim_at_once_each_gets_others(app: Flask) -> None:
    ids = [number for _ in range(5) for number in queued()]

    def claim_all(_: int) -> list[int]:
        return [claim.id for some in iter(lambda: operations.claim({KIND}, 2), []) for claim in some]

    assert sorted(number for mine in together(app, claim_all, 4) for number in mine) == ids


def test_who_lost_a_claim_writes_down_nothing_more(app: Flask, later: Later) -> None:
    queued()
    lost = operations.claim({KIND}, 1)[0]
    later(LEASE.total_seconds() + 1)
    held = next(claim for claim in operations.claim({KIND}, 9) if claim.id == lost.id)
    assert not operations.record_intent(lost, [{"by": "lost"}])
    assert operations.record_intent(held, [{"by": "held"}])
    assert db.session.scalar(sa.select(Operation.changes).where(Operation.id == held.id)) == [{"by": "held"}]


def test_what_is_done_keeps_no_secret_and_what_was_put_aside_does(app: Flask) -> None:
    queued()
    done, aside = operations.claim({KIND}, 2)
    assert done.secret == "sealed"
    assert "sealed" not in repr(done)
    operations.finish([Result(done, DONE, STALE), Result(aside, PARKED, PARKED)])
    kept = dict(db.session.execute(sa.select(Operation.id, Operation.secret)).all())
    assert (kept[done.id], kept[aside.id]) == ("", "sealed")


def test_a_late_result_of_a_lost_claim_is_dropped_alone_and_among_many(app: Flask, later: Later) -> None:
    queued()
    lost = operations.claim({KIND}, 2)
    later(LEASE.total_seconds() + 1)
    held = operations.claim({KIND}, 9)
    assert operations.finish([Result(lost[0], DONE, STALE)]) == {}
    assert operations.finish([Result(one, DONE, STALE) for one in lost]) == {}
    assert set(db.session.scalars(sa.select(Operation.state))) == {RUNNING}
    assert operations.finish([Result(held[0], DONE, STALE)]) == {held[0].id: ""}
    assert operations.finish([Result(one, DONE, STALE) for one in held]).keys() == {one.id for one in held[1:]}
