"""Trouble with codes at the desk: who says so, what was tried, another code, and the end."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Case, Registration
from backoffice.rules.errors import RefusedError
from backoffice.services import codes, message_work, otp_trouble
from backoffice.services.codes import REGISTER, ExpiredCodeError, TooManyError, TooSoonError
from backoffice.services.messages import SEND_URGENT
from tests.factories import make_registration
from tests.parallel import together

Later = Callable[[float], None]
SUBJECT, PERSON, MOBILE = "registration:1", "national:0012345679", "09121234567"


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


def sent(app: Flask) -> str:
    codes.issue(
        REGISTER, SUBJECT, mobile=MOBILE, person_key=PERSON, address="203.0.113.9", language="fa",
        settings=settings_of(app),
    )  # fmt: skip
    return newest(app)


def newest(app: Flask) -> str:
    while message_work.work(SEND_URGENT, settings_of(app)):
        pass
    lines = (settings_of(app).instance / "outbox" / "sms.jsonl").read_text("utf-8").splitlines()
    return str(json.loads(lines[-1])["params"]["code"])


def the_case() -> Case:
    db.session.rollback()
    return db.session.scalars(sa.select(Case)).one()


def resend(app: Flask) -> codes.Issued:
    return otp_trouble.resend(the_case().id, actor="amiri", settings=settings_of(app))


def acts() -> list[tuple[Any, ...]]:
    question = (
        sa.select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.subject == f"case:{the_case().id}")
        .order_by(AuditEntry.id)
    )
    return [tuple(row) for row in db.session.execute(question.order_by(AuditEntry.id))]


def test_who_says_that_no_code_came_has_one_case_however_often_it_is_said(app: Flask) -> None:
    sent(app)
    together(app, lambda _number: otp_trouble.report(REGISTER, SUBJECT), 10)
    case = the_case()
    assert (case.kind, case.key, case.national_code, case.cause, case.state) == (
        "OTP_TROUBLE", PERSON, "0012345679", "said", "new",
    )  # fmt: skip
    assert acts() == [("codes:trouble:opened", "applicant")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    @pytest.mark.parametrize("state", ["rejected", "abandoned", "mobile_invalid"])
    def test_no_code_is_sent_for_a_registration_that_has_ended(self, app: Flask, later: Later, state: str) -> None:
        number = make_registration(1, state="otp_sent")
        assert number == 1
        sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        later(121)
        with writing() as session:
            session.get_one(Registration, number).state = state
        with pytest.raises(RefusedError, match="has ended"):
            resend(app)

    def test_the_desk_sends_another_code_and_the_case_closes_when_it_is_typed(self, app: Flask, later: Later) -> None:
        old = sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        later(121)
        assert resend(app).masked == "0912•••4567"
        code = newest(app)
        first, second = otp_trouble.attempts(the_case())
        assert (first.by, first.delivery, second.by) == ("amiri", "delivered", "applicant")
        codes.check(REGISTER, SUBJECT, code, settings_of(app))
        assert the_case().state == "auto_closed"
        assert code != old or first.asked_at > second.asked_at
        assert acts() == [
            ("codes:trouble:opened", "applicant"), ("codes:code:resent", "amiri"), ("codes:trouble:closed", "system"),
        ]  # fmt: skip

    def test_the_desk_keeps_the_clock_between_two_codes(self, app: Flask) -> None:
        code = sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        with pytest.raises(TooSoonError):
            resend(app)
        codes.check(REGISTER, SUBJECT, code, settings_of(app))

    def test_the_desk_can_send_a_sixth_code_of_the_day(self, app: Flask, later: Later) -> None:
        for _ in range(5):
            sent(app)
            later(301)
        with pytest.raises(TooManyError):
            sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        resend(app)
        codes.check(REGISTER, SUBJECT, newest(app), settings_of(app))

    def test_no_code_goes_to_who_has_proved_the_number(self, app: Flask) -> None:
        code = sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        codes.check(REGISTER, SUBJECT, code, settings_of(app))
        otp_trouble.report(REGISTER, SUBJECT)
        with pytest.raises(RefusedError):
            resend(app)

    def test_a_closed_case_opens_again_and_forgets_how_it_ended(self, app: Flask) -> None:
        sent(app)
        otp_trouble.report(REGISTER, SUBJECT)
        with pytest.raises(RefusedError):
            otp_trouble.close(the_case().id, note=" ", actor="amiri")
        otp_trouble.close(the_case().id, note="پیامک رسید", actor="amiri")
        assert (the_case().state, the_case().note, the_case().decided_by) == ("resolved", "پیامک رسید", "amiri")
        with pytest.raises(RefusedError):
            resend(app)
        otp_trouble.report(REGISTER, SUBJECT)
        assert (the_case().state, the_case().note, the_case().reopened) == ("new", "", 1)

    def test_what_the_gateway_said_stands_beside_the_code(self, app: Flask) -> None:
        (settings_of(app).instance / "outbox").write_text("no folder")
        codes.issue(
            REGISTER, SUBJECT, mobile=MOBILE, person_key=PERSON, address="", language="fa", settings=settings_of(app)
        )
        message_work.work(SEND_URGENT, settings_of(app))
        otp_trouble.report(REGISTER, SUBJECT)
        (attempt,) = otp_trouble.attempts(the_case())
        assert (attempt.delivery, attempt.detail) == ("queued", "The outbox file cannot be written: %(why)s")

    def test_without_a_code_nothing_is_said(self, app: Flask) -> None:
        otp_trouble.report(REGISTER, SUBJECT)
        assert db.session.scalar(sa.select(Case)) is None
        with pytest.raises(ExpiredCodeError):
            codes.check(REGISTER, SUBJECT, "000000", settings_of(app))
