"""Messages as operations: sent once, again where that cannot harm, and left to the desk where it could."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Message, Operation
from backoffice.models.message import MAIL, SMS
from backoffice.services import message_work, messages, operations, queue
from backoffice.services.message_texts import LEAVER
from backoffice.services.messages import SEND_MAIL, SEND_SMS, Draft, Reason
from tests.ports.gateways import CUT, Gateway, serving
from tests.ports.mail_server import Server, running

LOUD = {"mode": "act", "quiet_from": 0, "quiet_to": 0}
MONTH = 30 * 24 * 3600
Later = Callable[[float], None]
PARAMS = {"date": "۱۴۰۵/۱۰/۱۵", "phone": "021", "extension": ""}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as running:
        yield running


@pytest.fixture
def overrides(gateway: Gateway) -> dict[str, object]:
    return {"policy": LOUD, "sms_provider": "http", "sms_url": gateway.url}


def put(app: Flask, channel: str = SMS, address: str = "09121234567") -> int:
    draft = Draft(channel, address, LEAVER, "fa", PARAMS)
    with writing():
        return messages.put(draft, Reason("amiri"), settings_of(app)).id


def state(number: int) -> str:
    db.session.rollback()
    return db.session.get_one(Message, number).state


def operation(number: int) -> Operation:
    db.session.rollback()
    return db.session.get_one(Operation, db.session.get_one(Message, number).operation_id)


def work(app: Flask, kind: str = SEND_SMS) -> None:
    message_work.work(kind, settings_of(app))


def outbox(app: Flask, name: str) -> list[dict[str, Any]]:
    path = settings_of(app).instance / "outbox" / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_a_message_is_sent_once_and_audited_once(app: Flask, gateway: Gateway) -> None:
    number = put(app)
    queue.work_off(app)
    queue.work_off(app)
    assert len(gateway.asked) == 1
    found = db.session.get_one(Message, number)
    assert (found.state, found.gateway_number) == ("delivered", "7")
    assert found.delivered_at
    acts = db.session.execute(sa.select(AuditEntry.action, AuditEntry.subject, AuditEntry.actor)).all()
    assert acts == [("message:sms:sent", f"message:{number}", "amiri")]


def test_an_sms_whose_answer_was_lost_leaves_at_most_once_more_and_the_same(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.status = CUT
    number = put(app)
    for _ in range(4):
        work(app)
        later(3600)
    assert len(gateway.asked) == 2
    assert gateway.asked[0][2] == gateway.asked[1][2]
    assert (state(number), operation(number).state) == ("failed", "parked")
    assert "perhaps arrived" in operation(number).detail


def test_an_sms_whose_answer_was_lost_may_get_through_the_second_time(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.status = CUT
    number = put(app)
    work(app)
    gateway.status = 200
    later(60)
    work(app)
    assert (len(gateway.asked), state(number)) == (2, "delivered")


def test_a_process_that_died_while_sending_counts_as_a_lost_answer(app: Flask, gateway: Gateway, later: Later) -> None:
    number = put(app)
    for _ in range(2):
        for claimed in operations.claim({SEND_SMS}, 1):
            operations.record_intent(claimed, [*claimed.changes, {"at": "then"}])
        later(120)
    work(app)
    assert (len(gateway.asked), state(number)) == (0, "failed")


def test_a_process_that_died_after_it_wrote_to_the_file_leaves_one_line(
    app: Flask, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = put(app, MAIL, "m.karimi@example.ac.ir")
    with monkeypatch.context() as dying:
        dying.setattr(message_work, "_store", lambda *_: None)
        work(app, SEND_MAIL)
    assert state(number) == "queued"
    later(120)
    work(app, SEND_MAIL)
    assert (len(outbox(app, "mail.jsonl")), state(number)) == (1, "delivered")


def test_what_the_gateway_never_takes_is_parked_at_once(app: Flask, gateway: Gateway) -> None:
    gateway.answer = {"accepted": False}
    bad, good = put(app), put(app)
    work(app)
    assert (state(bad), operation(bad).state, operation(bad).attempts) == ("failed", "parked", 1)
    assert len(gateway.asked) == 2
    assert state(good) == "failed"


def test_while_the_gateway_is_closed_messages_wait_and_go_out_soon_after(
    app: Flask, gateway: Gateway, later: Later
) -> None:
    gateway.status = 503
    numbers = [put(app) for _ in range(8)]
    for _ in range(20):
        work(app)
        later(6)
    assert len(gateway.asked) == 20
    assert {operation(number).state for number in numbers} == {"pending"}
    gateway.status = 200
    later(6)
    queue.work_off(app)
    assert {state(number) for number in numbers} == {"delivered"}


def test_an_sms_to_a_person_waits_for_the_morning_and_a_mail_does_not(app: Flask, later: Later) -> None:
    settings = settings_of(app)
    night = settings.policy.model_copy(update={"quiet_from": 21, "quiet_to": 8})
    app.extensions["settings"] = settings.model_copy(update={"policy": night, "sms_provider": "file"})
    local = clock.now().astimezone(dt.timezone(dt.timedelta(hours=3, minutes=30)))
    to_night = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(23), local.tzinfo) - local
    later(to_night.total_seconds())
    sms, mail = put(app), put(app, MAIL, "m@example.ac.ir")
    queue.work_off(app)
    assert (state(sms), state(mail)) == ("queued", "delivered")
    later(9 * 3600 - 120)
    queue.work_off(app)
    assert outbox(app, "sms.jsonl") == []
    later(240)
    queue.work_off(app)
    assert len(outbox(app, "sms.jsonl")) == 1


def test_an_sms_that_comes_due_in_the_night_waits_too(app: Flask, gateway: Gateway) -> None:
    number = put(app)
    hour = clock.now().astimezone(dt.timezone(dt.timedelta(hours=3, minutes=30))).hour
    night = settings_of(app).policy.model_copy(update={"quiet_from": hour, "quiet_to": (hour + 2) % 24})
    message_work.work(SEND_SMS, settings_of(app).model_copy(update={"policy": night}))
    assert (state(number), gateway.asked) == ("queued", [])
    assert operation(number).detail == "Waits for the end of the quiet hours."


def test_a_withdrawn_message_never_leaves(app: Flask, gateway: Gateway) -> None:
    number = put(app)
    with writing() as session:
        assert messages.withdraw(session, Message.id == number) == 1
    queue.work_off(app)
    assert (state(number), gateway.asked) == ("withdrawn", [])


def test_what_was_perhaps_sent_cannot_be_withdrawn(app: Flask, gateway: Gateway) -> None:
    gateway.status = CUT
    number = put(app)
    work(app)
    with writing() as session:
        assert messages.withdraw(session, Message.id == number) == 0


def test_in_observe_mode_nothing_leaves(app: Flask, gateway: Gateway) -> None:
    put(app)
    quiet = settings_of(app).policy.model_copy(update={"mode": "observe"})
    app.extensions["settings"] = settings_of(app).model_copy(update={"policy": quiet})
    queue.work_off(app)
    work(app)
    assert gateway.asked == []


def test_a_mail_goes_to_the_file_with_subject_and_text(app: Flask) -> None:
    put(app, MAIL, "m@example.ac.ir")
    work(app, SEND_MAIL)
    (mail,) = outbox(app, "mail.jsonl")
    assert (mail["to"], mail["subject"]) == (
        "m@example.ac.ir", "یادآوری: حساب کاربری شما از ۱۴۰۵/۱۰/۱۵ غیرفعال می‌شود",
    )  # fmt: skip
    assert mail["text"].startswith("همکار گرامی،\n")


class TestWithMailServer:
    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with running() as found:
            yield found

    @pytest.fixture
    def overrides(self, server: Server) -> dict[str, object]:
        url = f"smtp://127.0.0.1:{server.port}"
        return {"policy": LOUD, "smtp_url": url, "mail_from": "desk@example.ac.ir"}

    def test_a_mail_put_off_is_tried_for_two_days_then_left_to_the_desk(
        self, app: Flask, server: Server, later: Later
    ) -> None:
        server.answers["RCPT"] = "450 greylisted"
        number = put(app, MAIL, "m@example.ac.ir")
        for _ in range(12):
            work(app, SEND_MAIL)
            later(24 * 3600)
        assert (state(number), operation(number).attempts) == ("failed", 9)

    def test_a_mail_refused_for_good_is_parked_and_does_not_stop_the_next(self, app: Flask, server: Server) -> None:
        server.answers["RCPT"] = "550 no such user"
        first = put(app, MAIL, "gone@example.ac.ir")
        work(app, SEND_MAIL)
        server.answers.clear()
        second = put(app, MAIL, "m@example.ac.ir")
        work(app, SEND_MAIL)
        assert (state(first), operation(first).state, state(second)) == ("failed", "parked", "delivered")

    def test_a_mail_whose_answer_was_lost_is_sent_again_under_the_same_number(
        self, app: Flask, server: Server, later: Later
    ) -> None:
        server.answers["DATA"] = "cut"
        number = put(app, MAIL, "m@example.ac.ir")
        work(app, SEND_MAIL)
        server.answers.clear()
        later(60)
        work(app, SEND_MAIL)
        assert state(number) == "delivered"
        numbers = {line for mail in server.got for line in mail.splitlines() if line.startswith(b"Message-ID")}
        assert (len(server.got), len(numbers)) == (2, 1)


def test_a_message_shows_no_address_in_its_name(app: Flask) -> None:
    assert "0912" not in repr(db.session.get_one(Message, put(app)))


@pytest.mark.parametrize("status", [CUT, 403, 503])
def test_no_secret_of_a_gateway_is_logged_or_stored(
    app: Flask, gateway: Gateway, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    secret, word = "canary-of-the-gateway", "canary-of-the-message"
    gateway.status = status
    gateway.answer = {"return": {"status": status, "message": secret}}
    used = {"sms_provider": "kavenegar", "sms_api_key": SecretStr(secret), "sms_url": gateway.url}
    app.extensions["settings"] = settings_of(app).model_copy(update=used)
    draft = Draft(SMS, "09121234567", LEAVER, "fa", {**PARAMS, "phone": word})
    with caplog.at_level("DEBUG"), writing():
        number = messages.put(draft, Reason("amiri"), settings_of(app)).id
    with caplog.at_level("DEBUG"):
        queue.work_off(app)
    assert len(gateway.asked) == 1
    found = operation(number)
    said = f"{caplog.text} {found.detail} {found.values} {found.changes} {found.desired}"
    assert secret not in said
    assert word not in said
    assert "09121234567" not in said
