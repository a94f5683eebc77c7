"""Several people of the desk end the case of the same expired account at the same moment."""

import datetime as dt

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.models import Account, AuditEntry, Message
from backoffice.rules.errors import RefusedError
from backoffice.services import account_acts, mismatch_account
from backoffice.services.mismatch_work import Choice
from tests.factories import make_account, make_hr_row
from tests.parallel import together
from tests.services.mismatch_rows import make_refusal, the_case

PEOPLE = 8
ENDED = dt.timedelta(days=20)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture
def expired(app: Flask) -> int:
    make_hr_row(1)
    return make_account(1, state="expired", expires_at=clock.now() - ENDED)


def extends(app: Flask, case_id: int, number: int) -> bool:
    settings, who = settings_of(app), f"person{number}"
    try:
        mismatch_account.extend(case_id, 7, Choice("asked_again"), actor=who, settings=settings)
    except RefusedError:
        return False
    return True


def test_one_of_them_extends_it_once_and_tells_the_person_once(app: Flask, expired: int) -> None:
    case_id = make_refusal(1, contact="")
    won = together(app, lambda number: extends(app, case_id, number), PEOPLE)
    assert (sum(won), db.session.get_one(Account, expired).extensions) == (1, 1)
    assert db.session.query(Message).filter_by(template="account_extended").count() == 2
    assert db.session.query(AuditEntry).filter_by(action="cases:mismatch:extended").count() == 1


def test_an_extension_on_the_page_of_the_account_does_not_add_to_one_from_the_case(app: Flask, expired: int) -> None:
    case_id, settings = make_refusal(1, contact=""), settings_of(app)

    def act(number: int) -> bool:
        if number % 2:
            return extends(app, case_id, number)
        try:
            account_acts.extend(expired, days=7, reason="x", actor="page", settings=settings)
        except RefusedError:
            return False
        return True

    won = together(app, act, PEOPLE)
    account, held = db.session.get_one(Account, expired), the_case(case_id).effects.get("extended")
    assert account.extensions == sum(won) <= 2
    if held:
        assert held["after"]["extensions"] - held["before"]["extensions"] == 1
