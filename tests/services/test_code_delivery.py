"""How codes get to people: at once, before everything else, through outages, and without leaving a trace."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from backoffice.extensions import Base, db, settings_of, writing
from backoffice.models import Case, Message, OneTimeCode
from backoffice.models.message import SMS
from backoffice.services import codes, message_work, messages, queue
from backoffice.services.codes import REGISTER, CodeState, WrongCodeError
from backoffice.services.message_texts import LEAVER
from backoffice.services.messages import SEND_URGENT, Draft, Reason
from tests.ports.gateways import CUT, Gateway, serving
from tests.waiting import wait_until

Later = Callable[[float], None]
SUBJECT, PERSON, MOBILE = "registration:1", "national:0012345679", "09121234567"
PARAMS = {"date": "۱۴۰۵/۱۰/۱۵", "phone": "021", "extension": ""}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as running:
        yield running


@pytest.fixture
def overrides(gateway: Gateway) -> dict[str, object]:
    policy = {"mode": "act", "quiet_from": 0, "quiet_to": 0}
    return {"policy": policy, "sms_provider": "http", "sms_url": gateway.url}


def issue(app: Flask, subject: str = SUBJECT, mobile: str = MOBILE) -> None:
    codes.issue(
        REGISTER, subject, mobile=mobile, person_key=PERSON, address="203.0.113.9", language="fa",
        settings=settings_of(app),
    )  # fmt: skip


def put(app: Flask, times: int) -> None:
    with writing():
        for _ in range(times):
            messages.put(Draft(SMS, "09120000000", LEAVER, "fa", PARAMS), Reason("amiri"), settings_of(app))


def work(app: Flask) -> None:
    message_work.work(SEND_URGENT, settings_of(app))


def check(app: Flask, code: str) -> None:
    codes.check(REGISTER, SUBJECT, code, settings_of(app))


def state(app: Flask) -> CodeState:
    db.session.rollback()
    found = codes.state(REGISTER, SUBJECT, settings_of(app))
    assert found
    return found


def message() -> Message:
    db.session.rollback()
    return db.session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(1)).one()


def said(gateway: Gateway) -> list[dict[str, Any]]:
    return [json.loads(body) for _path, _headers, body in gateway.asked]


def code_in(sms: dict[str, Any]) -> str:
    return str(sms["params"]["code"])


def cases() -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [(case.kind, case.cause, case.state) for case in db.session.scalars(sa.select(Case))]


def test_a_code_that_waited_for_the_gateway_leaves_within_thirty_seconds_and_lives_from_then(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.status = 503
    issue(app)
    for _ in range(10):
        work(app)
        later(120)
    assert (state(app).delivery, state(app).expires_at, cases()) == ("queued", None, [])
    work(app)
    gateway.status = 200
    later(29)
    work(app)
    assert state(app).delivery == "delivered"
    later(290)
    check(app, code_in(said(gateway)[-1]))


def test_a_code_whose_answer_was_lost_leaves_once_more_and_may_be_typed_meanwhile(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.status = CUT
    issue(app)
    work(app)
    gateway.status = 200
    later(16)
    work(app)
    first, second = (code_in(sms) for sms in said(gateway))
    assert (first, state(app).delivery) == (second, "delivered")
    check(app, first)


def test_a_code_that_perhaps_arrived_can_be_typed_before_anything_is_known(app: Flask, gateway: Gateway) -> None:
    gateway.status = CUT
    issue(app)
    work(app)
    assert state(app).delivery == "queued"
    check(app, code_in(said(gateway)[0]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_code_that_does_not_get_through_is_a_case_and_keeps_no_secret(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.answer = {"accepted": False}
    issue(app)
    work(app)
    assert (state(app).delivery, message().secret) == ("failed", "")
    assert cases() == [("OTP_TROUBLE", "not_sent", "new")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_case_closes_by_itself_when_a_later_code_proves_the_mobile(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.answer = {"accepted": False}
    issue(app)
    work(app)
    gateway.answer = {"accepted": True}
    later(121)
    issue(app)
    work(app)
    check(app, code_in(said(gateway)[-1]))
    assert cases() == [("OTP_TROUBLE", "not_sent", "auto_closed")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_five_wrong_tries_are_a_case(app: Flask) -> None:
    issue(app)
    for _ in range(5):
        with pytest.raises(WrongCodeError):
            check(app, "000000")
    assert cases() == [("OTP_TROUBLE", "tries", "new")]


def test_a_newer_code_calls_off_the_one_that_waits(app: Flask, gateway: Gateway, later: Later) -> None:
    gateway.status = CUT
    issue(app)
    work(app)
    later(121)
    issue(app)
    gateway.status = 200
    for _ in range(3):
        work(app)
        later(60)
    states = db.session.scalars(sa.select(Message.state).order_by(Message.id)).all()
    assert (states, len(gateway.asked)) == (["withdrawn", "delivered"], 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_code_sealed_with_another_key_is_given_up_and_stops_nothing(app: Flask, gateway: Gateway) -> None:
    issue(app)
    key = SecretStr("OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=")
    app.extensions["settings"] = settings_of(app).model_copy(update={"seal_key": key})
    issue(app, "registration:2")
    queue.work_off(app)
    states = db.session.scalars(sa.select(Message.state).order_by(Message.id)).all()
    assert (states, len(gateway.asked)) == (["failed", "delivered"], 1)


def test_neither_bulk_messages_nor_another_code_hold_up_a_code(app: Flask, gateway: Gateway) -> None:
    """The gateway answers nobody else before the code has arrived."""
    arrived = threading.Event()

    def wait(body: bytes) -> None:
        if MOBILE.encode() not in body:
            assert arrived.wait(9)

    gateway.before = wait
    put(app, 8)
    issue(app, "registration:2", "09129999999")

    def work_off() -> None:
        with app.app_context():
            queue.work_off(app)

    working = threading.Thread(target=work_off)
    working.start()
    try:
        wait_until(lambda: len(gateway.asked) == 2, "both wait for their answers")
        issue(app)
        wait_until(lambda: state(app).delivery == "delivered", "the code has left", 3)
    finally:
        arrived.set()
        working.join()
    assert len(gateway.asked) == 10


def rows_of(table: sa.Table) -> str:
    return str(db.session.execute(sa.select(table)).all())


def test_a_code_leaves_no_trace(app: Flask, gateway: Gateway, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        issue(app)
        stored = "".join(rows_of(table) for table in Base.metadata.sorted_tables)
        queue.work_off(app)
        code = code_in(said(gateway)[0])
        with pytest.raises(WrongCodeError):
            check(app, f"{(int(code) + 1) % 1_000_000:06d}")
        check(app, code)
    assert message().secret == ""
    assert message().params == {"host": "127.0.0.1"}
    stored += "".join(rows_of(table) for table in Base.metadata.sorted_tables)
    assert code not in stored
    assert code not in caplog.text
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or code.encode() not in path.read_bytes(), path.name


def test_a_code_and_its_message_show_nothing_in_their_names(app: Flask, gateway: Gateway) -> None:
    issue(app)
    row = db.session.scalars(sa.select(OneTimeCode)).one()
    shown = f"{row!r} {message()!r} {Draft(SMS, MOBILE, 'code', 'fa', {}, secret={'code': '998877'})!r}"
    assert "998877" not in shown
    assert row.code_hash not in shown
