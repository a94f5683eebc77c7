"""The login of the profile on a real directory: password, code, and one sentence for every failure."""

import datetime as dt
import json
import re
import time

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backoffice import clock
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Operation
from backoffice.rules.account_entry import generalised_time
from backoffice.services import account_acts, account_password, chosen_passwords
from tests.directories import content
from tests.factories import make_hr_row
from tests.hanging import hung
from tests.profiles import logged_in
from tests.real.account_rooms import PASSWORD, ask, dn_of, last_operation, opens, overrides_of, the_account, work_off
from tests.reconcile.worlds import code
from tests.registering import Applicant, deliver, last_code, outbox, without_tokens
from tests.views.conftest import pages

__all__ = ["pages"]

WRONG = "نام کاربری یا رمز عبور درست نیست."
OUTAGE = "در حال حاضر استعلام ممکن نیست"

pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def second_factor() -> bool:
    return True


@pytest.fixture
def overrides(server: LocalSlapd, second_factor: bool) -> dict[str, object]:
    return {**overrides_of(server), "policy": {"mode": "act", "second_factor": second_factor}}


@pytest.fixture
def account(app: Flask) -> int:
    """The account of person 1, made in the directory."""
    make_hr_row(1)
    account_id = ask(app, 1)
    work_off(app)
    return account_id


def log_in(holder: Applicant, username: str, password: str = PASSWORD) -> TestResponse:
    return holder.post("/profile/login", {"username": username, "password": password})


def test_password_and_code_open_the_profile(app: Flask, account: int) -> None:
    holder = Applicant(app)
    assert log_in(holder, code(1)).location == "/profile/login"
    assert holder.get("/profile/").location == "/profile/login"
    deliver(app)
    assert "0912•••0001" in holder.get("/profile/login").text
    assert holder.post("/profile/login", {"code": last_code(app, 1)}).location == "/profile/"
    assert "اطلاعات هویتی" in holder.get("/profile/").text


def test_every_failure_is_the_same_and_sends_nothing(app: Flask, account: int) -> None:
    make_hr_row(2)
    locked = ask(app, 2)
    work_off(app)
    account_acts.lock(locked, reason="x", actor="amiri", settings=settings_of(app))
    tried = ((code(1), "wrong password 1"), (code(2), PASSWORD), (code(3), PASSWORD), ("*", PASSWORD))
    pages = set()
    for number, (name, password) in enumerate(tried):
        answer = log_in(Applicant(app, f"10.0.0.{number}"), name, password)
        assert (answer.status_code, WRONG in answer.text) == (422, True)
        pages.add(without_tokens(answer).replace(name, ""))
    deliver(app)
    assert (len(pages), outbox(app)) == (1, [])


@pytest.mark.parametrize("second_factor", [False])
def test_without_the_second_factor_the_password_is_enough(app: Flask, account: int) -> None:
    assert log_in(Applicant(app), code(1)).location == "/profile/"


@pytest.mark.parametrize("second_factor", [False])
def test_an_expired_account_needs_the_code_in_any_case(app: Flask, account: int) -> None:
    with writing() as session:
        row = session.get_one(Account, account)
        row.state, row.expires_at = "expired", clock.now() - dt.timedelta(days=1)
    holder = Applicant(app)
    assert log_in(holder, code(1)).location == "/profile/login"
    deliver(app)
    assert holder.post("/profile/login", {"code": last_code(app, 1)}).location == "/profile/"


def test_guesses_are_slowed_down_and_the_right_password_elsewhere_is_not(app: Flask, account: int) -> None:
    stranger = Applicant(app, "10.0.0.9")
    statuses = [log_in(stranger, code(1), f"wrong password {number}").status_code for number in range(6)]
    assert statuses[:4] == [422] * 4
    assert statuses[-1] == 429


def test_an_outage_is_said_as_one_within_three_seconds_and_is_no_try(
    app: Flask, account: int, server: LocalSlapd
) -> None:
    with hung(server):
        for _ in range(2):
            began = time.monotonic()
            answer = log_in(Applicant(app), code(1))
            assert time.monotonic() - began < 3.5
            assert (answer.status_code, OUTAGE in answer.text, WRONG in answer.text) == (503, True, False)
    assert log_in(Applicant(app), code(1)).status_code == 303
    assert the_account(account).state == "temporary"


NEW = "green kettle 78"


def signed_in(app: Flask) -> Applicant:
    """Somebody who came in by password and code."""
    holder = Applicant(app)
    log_in(holder, code(1))
    deliver(app)
    holder.post("/profile/login", {"code": last_code(app, 1)})
    return holder


def change(holder: Applicant, current: str, new: str = NEW) -> TestResponse:
    return holder.post("/profile/password", {"current": current, "password": new, "password_repeat": new})


def test_a_new_password_counts_and_the_old_one_no_longer(app: Flask, account: int) -> None:
    holder, dn = signed_in(app), dn_of(code(1))
    elsewhere = logged_in(app, account)
    assert change(holder, "wrong password 1").status_code == 422
    assert change(holder, PASSWORD).location == "/profile/?done=password"
    assert elsewhere.get("/profile/").location == "/profile/login"
    assert holder.get("/profile/").status_code == 200
    assert opens(app, dn, PASSWORD)
    work_off(app)
    assert (opens(app, dn, PASSWORD), opens(app, dn, NEW)) == (False, True)
    row = last_operation("set_password")
    assert (row.kind, row.state, row.secret) == ("set_password", "done", "")


def test_of_two_new_passwords_the_newest_counts(app: Flask, account: int) -> None:
    holder = signed_in(app)
    change(holder, PASSWORD, "first kettle 78")
    change(holder, PASSWORD)
    work_off(app)
    assert opens(app, dn_of(code(1)), NEW)
    of_passwords = sa.select(Operation.outcome).where(Operation.kind == "set_password").order_by(Operation.id)
    assert list(db.session.scalars(of_passwords)) == ["stale", "done"]


def test_an_outage_is_no_wrong_password(app: Flask, account: int, server: LocalSlapd) -> None:
    holder = signed_in(app)
    server.wanted_port = server.port
    server.stop()
    try:
        answer = change(holder, PASSWORD)
        assert (answer.status_code, OUTAGE in answer.text) == (503, True)
    finally:
        server.start()


def test_an_extension_reaches_the_directory(app: Flask, account: int, server: LocalSlapd) -> None:
    holder, before = signed_in(app), the_account(account).expires_at
    assert holder.post("/profile/extension", {"days": "10", "reason": "در ماموریت هستم"}).status_code == 303
    work_off(app)
    after = the_account(account).expires_at
    assert before
    assert after
    assert (after - before).days == 10
    lines = content(server, "pwdEndTime")[f"dn: {dn_of(code(1))}"]
    assert f"pwdEndTime: {generalised_time(after)}" in lines


def recover(app: Flask, holder: Applicant, way: str = "sms") -> str:
    """Ask for a code and give the one that left."""
    answer = holder.post("/profile/recover", {"username": code(1), "way": way})
    assert (answer.status_code, answer.location) == (303, "/profile/recover")
    work_off(app)
    if way == "sms":
        return last_code(app, 1)
    mail = (settings_of(app).instance / "outbox" / "mail.jsonl").read_text("utf-8").splitlines()[-1]
    return str(re.findall(r"\b[0-9]{6}\b", json.loads(mail)["text"])[0])


@pytest.mark.parametrize("way", ["sms", "mail"])
def test_a_forgotten_password_is_replaced_after_a_code(app: Flask, account: int, way: str) -> None:
    elsewhere, holder = logged_in(app, account), Applicant(app)
    right = recover(app, holder, way)
    assert holder.post("/profile/recover", {"code": right}).location == "/profile/recover"
    answer = holder.post("/profile/recover", {"password": NEW, "password_repeat": NEW})
    assert answer.location == "/profile/login?recovered=1"
    assert elsewhere.get("/profile/").location == "/profile/login"
    work_off(app)
    assert opens(app, dn_of(code(1)), NEW)
    assert log_in(holder, code(1), NEW).location == "/profile/login"


def test_a_new_password_never_opens_a_lock(app: Flask, account: int, server: LocalSlapd) -> None:
    holder = Applicant(app)
    right = recover(app, holder)
    account_acts.lock(account, reason="x", actor="amiri", settings=settings_of(app))
    work_off(app)
    with writing() as session:
        row = session.get_one(Account, account)
        account_password.queue(session, row, chosen_passwords.hashed(NEW), "account:1", settings_of(app))
    work_off(app)
    assert last_operation("set_password").outcome == "failed"
    assert last_operation("set_password").secret == ""
    assert not opens(app, dn_of(code(1)), NEW)
    assert "pwdAccountLockedTime: 000001010000Z" in content(server)[f"dn: {dn_of(code(1))}"]
    assert holder.post("/profile/recover", {"code": right}).status_code == 422
