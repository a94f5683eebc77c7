"""What a run is told of warnings; other messages about ends are none of its business."""

from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Message
from backoffice.services import account_reminders, told
from tests.factories import make_account


def test_a_reminder_of_a_temporary_account_warns_of_no_locking(app: Flask) -> None:
    account_id = make_account(1)
    with writing() as session:
        account = session.get_one(Account, account_id)
        account_reminders.remind(session, account, reason="", actor="system", settings=settings_of(app))
    assert db.session.query(Message).filter(Message.about != "").count() == 2
    assert told.told().warnings == {}
