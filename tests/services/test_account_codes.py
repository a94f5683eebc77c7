"""Codes for who names an account: where they go, and that nothing tells whether there is one."""

from collections.abc import Callable

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import Message, OneTimeCode
from backoffice.services import account_codes, codes, profile_recovery
from backoffice.services.account_codes import Asked
from backoffice.services.code_errors import ExpiredCodeError, TooSoonError, WrongCodeError
from backoffice.services.rates import TooManyError
from backoffice.services.registrations import Applicant
from tests.factories import make_account
from tests.reconcile.worlds import code
from tests.views.conftest import pages

__all__ = ["pages"]

WHO = Applicant("10.0.0.1")


def ask(app: Flask, name: str, way: str = "sms", address: str = "10.0.0.1") -> Asked:
    asked = profile_recovery.ask(name, way, Applicant(address), settings_of(app))
    db.session.rollback()
    return asked


@pytest.mark.parametrize(("way", "address"), [("sms", "09120000001"), ("mail", "p1@example.com")])
def test_a_code_goes_where_it_was_wished(app: Flask, way: str, address: str) -> None:
    make_account(1)
    ask(app, code(1), way)
    message = db.session.query(Message).one()
    assert (message.channel, message.address, message.template) == (way, address, "code")
    assert message.secret


def test_without_an_address_or_an_account_nothing_leaves_and_all_else_is_the_same(app: Flask) -> None:
    make_account(1, personal_email="")
    asked = [ask(app, code(1), "mail"), ask(app, code(2), "mail")]
    assert db.session.query(Message).count() == 0
    assert db.session.query(OneTimeCode).count() == 2
    for one in asked:
        with pytest.raises(WrongCodeError):
            profile_recovery.prove(one, "123456", settings_of(app))


def test_a_name_is_asked_for_so_often_a_day_whether_it_exists_or_not(
    app: Flask, later: Callable[[float], None]
) -> None:
    make_account(1)
    for _ in range(5):
        for name in (code(1), code(2)):
            ask(app, name)
        later(121)
    for name in (code(1), code(2)):
        with pytest.raises(TooManyError):
            ask(app, name)


def test_another_code_waits_for_its_time_and_a_hidden_limit_is_silent(
    app: Flask, later: Callable[[float], None]
) -> None:
    make_account(1)
    asked = ask(app, code(1))
    with pytest.raises(TooSoonError):
        account_codes.send(asked, WHO, settings_of(app), again=True)
    for _ in range(6):
        later(121)
        account_codes.send(asked, WHO, settings_of(app), again=True)
    assert db.session.query(Message).count() == 5


def test_recovering_uses_up_no_code_of_a_registration_or_login(app: Flask, later: Callable[[float], None]) -> None:
    make_account(1)
    for _ in range(5):
        ask(app, code(1))
        later(121)
    for purpose in (codes.REGISTER, codes.LOGIN):
        codes.issue(
            purpose, "x", mobile="09120000001", person_key=f"national:{code(1)}", address="10.0.0.1", language="fa",
            settings=settings_of(app),
        )  # fmt: skip


def test_a_right_code_for_an_account_that_was_closed_meanwhile_proves_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(1, state="locked")
    monkeypatch.setattr("backoffice.services.codes.secrets.randbelow", lambda _most: 123456)
    asked = ask(app, code(1))
    with pytest.raises(ExpiredCodeError):
        profile_recovery.prove(asked, "123456", settings_of(app))
