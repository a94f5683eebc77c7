"""The audit trail."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import AuditEntry, JobState
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from tests.unguarded import drop_guard


def _three() -> None:
    for number in range(3):
        audit.record("test:row:added", f"row:{number}", actor="آزمون", after={"n": number})


def test_a_whole_trail_is_verified(app: Flask) -> None:
    _three()
    assert audit.verify()[0] == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("zone", ["Asia/Tehran", "UTC", "America/New_York"])
def test_a_trail_is_whole_wherever_the_server_stands(app: Flask, zone: str) -> None:
    _three()
    db.session.remove()
    db.session.execute(sa.text(f"SET TIME ZONE '{zone}'"))
    assert audit.verify()[0] == 3


def test_many_acts_at_once_are_chained_in_their_order(app: Flask) -> None:
    _three()
    acts = [audit.Act("test:row:added", f"thing:{number}", "boss", before={"n": number}) for number in range(300)]
    audit.record_all(acts)
    _three()
    kept = db.session.scalars(sa.select(AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert kept[3:-3] == [act.subject for act in acts]
    assert audit.verify()[0] == 306


def test_whatever_is_written_down_is_verified(app: Flask) -> None:
    """Also where the database makes the hash: it sees the very text that is hashed here."""
    odd = 'سارا\u200cی "نقل" \\ \n\t % %s :name 😀 é'
    audit.record(
        "test:row:added", odd, actor=odd, reason=odd, before={odd: [odd, 1.5, None, True]}, after={"b": 1, "a": {}}
    )
    audit.record("test:row:added", "row:1", actor="x", after={"zero": "a\u0001b"})
    assert audit.verify()[0] == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_trail(app: Flask, statement: str) -> None:
    _three()
    with pytest.raises(DBAPIError, match="append-only"), writing() as session:
        session.execute(sa.text(statement))
    assert audit.verify()[0] == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
        "UPDATE audit_entry SET subject = CASE id WHEN 1 THEN 'row:1' ELSE 'row:0' END WHERE id < 3",
    ],
)
def test_tampering_past_the_guard_is_found(app: Flask, statement: str) -> None:
    _three()
    with writing() as session:
        drop_guard(session.connection())
        session.execute(sa.text(statement))
    with pytest.raises(audit.ChainBrokenError):
        audit.verify()


def test_an_act_that_fails_leaves_no_row(app: Flask) -> None:
    with pytest.raises(RuntimeError), writing():
        audit.record("test:row:added", "row:1", actor="x")
        raise RuntimeError
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_what_a_savepoint_took_back_is_not_in_the_trail(app: Flask) -> None:
    with writing() as session:
        audit.record("test:row:added", "row:before", actor="x")
        with pytest.raises(RefusedError), session.begin_nested():
            audit.record("test:row:added", "row:within", actor="x")
            raise RefusedError("no")
        with session.begin_nested():
            audit.record("test:row:added", "row:after", actor="x")
    assert db.session.scalars(sa.select(AuditEntry.subject).order_by(AuditEntry.id)).all() == [
        "row:before",
        "row:after",
    ]
    assert audit.verify()[0] == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_waits_for_a_row_does_not_hold_the_chain(app: Flask) -> None:
    """Otherwise the one that has the row and waits for the chain waits for ever: PostgreSQL ends one of the two."""
    touch = sa.update(JobState).where(JobState.name == "row").values(memory={})
    with writing() as session:
        session.add(JobState(name="row", due_at=clock.now(), requested_dry_run=False, memory={}))
    recorded, has_row = threading.Event(), threading.Event()

    def waits_for_the_row() -> None:
        with app.app_context(), writing() as session:
            has_row.wait(10)
            audit.record("test:row:added", "row:1", actor="x")
            recorded.set()
            session.execute(touch)

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(waits_for_the_row)
        with writing() as session:
            session.execute(touch)
            has_row.set()
            assert recorded.wait(10)
            audit.record("test:row:added", "row:2", actor="x")
        waits.result(10)
    assert audit.verify()[0] == 2
