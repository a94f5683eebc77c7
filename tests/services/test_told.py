"""What a run is told of warnings; other messages about ends are none of its business."""

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Message, PermanentRequest
from backoffice.rules import request_states
from backoffice.services import account_reminders, told
from tests.factories import make_account


def test_a_reminder_of_a_temporary_account_warns_of_no_locking(app: Flask) -> None:
    account_id = make_account(1)
    with writing() as session:
        account = session.get_one(Account, account_id)
        account_reminders.remind(session, account, reason="", actor="system", settings=settings_of(app))
    assert db.session.query(Message).filter(Message.about != "").count() == 2
    assert told.told().warnings == {}


@pytest.mark.parametrize(
    ("state", "counts"),
    [(request_states.SUBMITTED, True), (request_states.WAITING_SYNC, True), (request_states.CANCELLED, False)],
)
def test_a_run_knows_who_asked_for_the_permanent_account(app: Flask, state: str, counts: bool) -> None:
    make_account(1)
    asks = make_account(2)
    with writing() as session:
        session.add(
            PermanentRequest(
                tracking_code="2222-2222", account_id=asks, state=state, username="m.karimi", created_at=clock.now()
            )
        )
    assert told.told().requested == ({"uuid-2"} if counts else set())
