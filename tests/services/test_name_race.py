"""Many people want one name at the same moment: one gets it. make soak: 50 people, 20 times."""

import os

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import PermanentRequest, UserName
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import permanent_requests
from backoffice.services.permanent_requests import Wanted
from tests.factories import make_account
from tests.parallel import together

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
PEOPLE, ROUNDS = (50, 20) if SOAK else (10, 2)
# Names that the eye takes for one are one.
LOOKS = ("m.karimi{}", "mkarimi{}", "m-karimi{}", "M.Karimi{}")
MOST_MORE = 10  # signs, so that a name is not too long


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


def want(app: Flask, account_id: int, name: str) -> str:
    """Ask for a name; give it, or "" where it was somebody else's."""
    wanted = Wanted(had_mailbox="no", preferred_name=name)
    try:
        permanent_requests.submit(account_id, wanted, address="127.0.0.1", settings=settings_of(app))
    except InvalidFieldsError as fault:
        return "" if set(fault.faults) == {"preferred_name"} else "another field"
    return name


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_of_all_who_want_a_name_gets_it(app: Flask, round_: int) -> None:
    accounts = [make_account(number) for number in range(1, PEOPLE + 1)]
    names = [LOOKS[(number + round_) % len(LOOKS)].format("a" * (round_ % MOST_MORE)) for number in range(PEOPLE)]
    got = together(app, lambda number: want(app, accounts[number], names[number]), PEOPLE)
    assert sum(bool(name) for name in got) == 1
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PermanentRequest)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UserName)) == 1


def test_whoever_comes_after_the_winner_let_go_may_have_it(app: Flask) -> None:
    first, second = make_account(1), make_account(2)
    assert want(app, first, "m.karimi")
    assert not want(app, second, "mkarimi")
    with writing():
        permanent_requests.cancel(first)
    assert want(app, second, "mkarimi")
