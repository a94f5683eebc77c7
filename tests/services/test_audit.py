"""The audit trail."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from backoffice.extensions import db, writing
from backoffice.models import AuditEntry
from backoffice.services import audit
from tests.unguarded import drop_guard


def _three() -> None:
    for number in range(3):
        audit.record("test:row:added", f"row:{number}", actor="آزمون", after={"n": number})


def test_a_whole_trail_is_verified(app: Flask) -> None:
    _three()
    assert audit.verify()[0] == 3


def test_many_acts_at_once_are_chained_in_their_order(app: Flask) -> None:
    _three()
    acts = [audit.Act("test:row:added", f"thing:{number}", "boss", before={"n": number}) for number in range(300)]
    audit.record_all(acts)
    _three()
    kept = db.session.scalars(sa.select(AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert kept[3:-3] == [act.subject for act in acts]
    assert audit.verify()[0] == 306


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
