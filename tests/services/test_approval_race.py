"""Several people of the desk decide about one request for a permanent account at the same moment: one decides."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Message, Operation
from backoffice.rules.errors import RefusedError
from backoffice.services import approval
from tests.parallel import together
from tests.views.test_permanent import make, the_request

PEOPLE = 10


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "auto_approve": False}}


def decided(app: Flask, request_id: int, number: int) -> bool:
    """Approve, or with an odd number refuse; say whether it was this person's decision."""
    act = approval.reject if number % 2 else approval.approve
    try:
        act(request_id, "why", actor=f"person{number}", settings=settings_of(app))
    except RefusedError:
        return False
    return True


def test_one_of_all_who_decide_at_once_has_decided(app: Flask) -> None:
    request_id = make()
    won = together(app, lambda number: decided(app, request_id, number), PEOPLE)
    assert sum(won) == 1
    winner, request = won.index(True), the_request(request_id)
    is_refused = bool(winner % 2)
    assert (request.decided_by, request.state) == (f"person{winner}", "rejected" if is_refused else "provisioning")
    acts = sa.select(AuditEntry.actor).where(
        AuditEntry.action.in_(("request:permanent:approved", "request:permanent:rejected"))
    )
    assert db.session.scalars(acts).all() == [request.decided_by]
    promotions = sa.select(sa.func.count()).where(Operation.kind == "promote")
    assert db.session.scalar(promotions) == (0 if is_refused else 1)
    told = sa.select(sa.func.count()).where(Message.template == "permanent_refused")
    assert db.session.scalar(told) == (2 if is_refused else 0)
