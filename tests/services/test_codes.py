"""One-time codes: who gets one, how often, and what proves a mobile."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Case, Message, OneTimeCode, RateCount, Registration
from backoffice.services import code_limits, codes, message_work, mismatches, registrations
from backoffice.services.code_limits import ALARM
from backoffice.services.codes import (
    CONTACT,
    LOGIN,
    REGISTER,
    STATUS,
    CodeError,
    ExpiredCodeError,
    Issued,
    MalformedCodeError,
    TooManyError,
    TooSoonError,
    WrongCodeError,
)  # fmt: skip
from backoffice.services.identity import Checked
from backoffice.services.messages import SEND_URGENT
from backoffice.settings import Settings
from tests.factories import make_registration
from tests.parallel import together

Later = Callable[[float], None]
PERSON, MOBILE, WRONG = "national:0012345679", "09121234567", "000000"
DAY = 24 * 3600.0


@pytest.fixture
def overrides() -> dict[str, object]:
    # Quiet all day long: a code does not wait for the morning.
    return {"policy": {"mode": "act", "quiet_from": 0, "quiet_to": 23}}


def issue(app: Flask, subject: str = "registration:1", **values: Any) -> Issued:
    usual: dict[str, Any] = {"mobile": MOBILE, "person_key": PERSON, "address": "203.0.113.9", "language": "fa"}
    purpose = values.pop("purpose", REGISTER)
    return codes.issue(purpose, subject, settings=settings_of(app), **{**usual, **values})


def send(app: Flask) -> None:
    while message_work.work(SEND_URGENT, settings_of(app)):
        pass


def outbox(app: Flask) -> list[dict[str, Any]]:
    path = settings_of(app).instance / "outbox" / "sms.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def sent(app: Flask, **values: Any) -> str:
    """Issue a code, let it leave, and read it where the person would."""
    issue(app, **values)
    send(app)
    return str(outbox(app)[-1]["params"]["code"])


def check(app: Flask, typed: str, purpose: str = REGISTER, subject: str = "registration:1") -> None:
    codes.check(purpose, subject, typed, settings_of(app))


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_who_logged_in_with_a_code_gets_another_one_at_once(app: Flask) -> None:
    check(app, sent(app, purpose=LOGIN, subject="1"), LOGIN, "1")
    assert len(sent(app, purpose=LOGIN, subject="1")) == 6
    with pytest.raises(TooSoonError):
        issue(app, purpose=LOGIN, subject="1")


def test_the_right_code_is_taken_once(app: Flask) -> None:
    code = sent(app)
    check(app, code)
    with pytest.raises(ExpiredCodeError):
        check(app, code)


def test_the_sms_holds_the_code_as_text_and_as_parameter_and_goes_out_at_night(app: Flask) -> None:
    code = sent(app)
    (sms,) = outbox(app)
    assert re.fullmatch("[0-9]{6}", code)
    assert (sms["to"], sms["template"]) == (MOBILE, "code")
    assert sms["text"].splitlines() == [f"کد تایید: {code}", "این کد را به هیچ‌کس نگویید.", f"@127.0.0.1 #{code}"]


def test_who_asks_is_told_the_masked_number_and_when_the_next_code_is_possible(app: Flask) -> None:
    issued = issue(app)
    shown = codes.state(REGISTER, "registration:1", settings_of(app))
    assert shown
    assert (issued.masked, shown.masked) == ("0912•••4567", "0912•••4567")
    assert abs((issued.resend_at - shown.resend_at).total_seconds()) < 1
    assert (shown.expires_at, shown.tries_left, shown.delivery) == (None, 5, "queued")
    send(app)
    shown = codes.state(REGISTER, "registration:1", settings_of(app))
    assert shown
    assert shown.expires_at
    assert shown.delivery == "delivered"


def test_a_wrong_code_says_how_many_tries_are_left_and_after_five_even_the_right_one_is_refused(app: Flask) -> None:
    code = sent(app)
    left = []
    for _ in range(5):
        with pytest.raises(WrongCodeError) as wrong:
            check(app, other_than(code))
        left.append(wrong.value.tries_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TooManyError):
        check(app, code)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_code_at_all_uses_no_try(app: Flask) -> None:
    code = sent(app)
    for typed in ("", "12345", "abcdef", "1234567"):
        with pytest.raises(MalformedCodeError):
            check(app, typed)
    shown = codes.state(REGISTER, "registration:1", settings_of(app))
    assert shown
    assert shown.tries_left == 5
    check(app, code)


def test_of_two_hundred_parallel_guesses_five_are_looked_at(app: Flask) -> None:
    code = sent(app)

    def guess(_number: int) -> type[Exception]:
        with pytest.raises((CodeError, TooManyError)) as refused:
            check(app, other_than(code))
        return refused.type

    answers = together(app, guess, 200)
    assert (answers.count(WrongCodeError), answers.count(TooManyError)) == (5, 195)
    assert db.session.scalar(sa.select(OneTimeCode.tries)) == 5


def test_of_parallel_right_guesses_one_is_taken(app: Flask) -> None:
    code = sent(app)

    def guess(_number: int) -> bool:
        try:
            check(app, code)
        except (CodeError, TooManyError):
            return False
        return True

    assert sum(together(app, guess, 20)) == 1


def test_of_fifty_parallel_resends_one_sms_leaves(app: Flask, later: Later) -> None:
    sent(app)
    later(121)

    def resend(_number: int) -> bool:
        try:
            issue(app)
        except TooSoonError:
            return False
        return True

    assert sum(together(app, resend, 50)) == 1
    send(app)
    assert len(outbox(app)) == 2


def test_a_code_asked_for_too_early_is_refused_and_the_last_one_stays_valid(app: Flask, later: Later) -> None:
    code = sent(app)
    later(118)
    with pytest.raises(TooSoonError) as refused:
        issue(app)
    assert 1 <= refused.value.values["seconds"] <= 2
    check(app, code)


def test_a_new_code_makes_the_old_one_void(app: Flask, later: Later) -> None:
    old = sent(app)
    later(121)
    new = sent(app)
    with pytest.raises(WrongCodeError):
        check(app, old if old != new else other_than(new))
    check(app, new)


def test_a_code_fits_no_other_purpose_and_no_other_subject(app: Flask) -> None:
    code = sent(app)
    sent(app, purpose=STATUS)
    sent(app, subject="registration:2", mobile="09120000000", person_key="national:1")
    db.session.execute(
        sa.update(OneTimeCode).values(code_hash=sa.select(OneTimeCode.code_hash).limit(1).scalar_subquery())
    )
    db.session.commit()
    for purpose, subject in ((STATUS, "registration:1"), (REGISTER, "registration:2")):
        with pytest.raises(WrongCodeError):
            check(app, code, purpose, subject)


def test_the_life_of_a_code_begins_when_the_gateway_has_taken_it(app: Flask, later: Later) -> None:
    issue(app)
    later(3600)
    send(app)
    code = outbox(app)[-1]["params"]["code"]
    later(299)
    check(app, code)


def test_five_minutes_after_it_left_a_code_is_over(app: Flask, later: Later) -> None:
    code = sent(app)
    later(301)
    with pytest.raises(ExpiredCodeError):
        check(app, code)


def test_what_follows_the_right_code_happens_with_it_or_not_at_all(app: Flask) -> None:
    code = sent(app)

    def fails(_session: Session) -> None:
        raise ZeroDivisionError

    def notes(session: Session) -> None:
        done.append(session.info["writing"])

    with pytest.raises(ZeroDivisionError):
        codes.check(REGISTER, "registration:1", code, settings_of(app), fails)
    done: list[bool] = []
    codes.check(
        REGISTER, "registration:1", code, settings_of(app), lambda session: done.append(session.info["writing"])
    )
    assert done == [True]


def test_a_person_gets_five_codes_a_day(app: Flask, later: Later) -> None:
    for number in range(5):
        issue(app, f"registration:{number}", mobile=f"0912000000{number}")
    with pytest.raises(TooManyError):
        issue(app, "registration:9", mobile="09120000009")
    later(DAY)
    issue(app, "registration:9")


def test_a_mobile_gets_ten_codes_a_day_whoever_asks(app: Flask) -> None:
    for number in range(10):
        issue(app, f"registration:{number}", person_key=f"national:{number}")
    with pytest.raises(TooManyError):
        issue(app, "registration:10", person_key="national:10")
    with pytest.raises(TooManyError):
        issue(app, "registration:11", person_key="national:11", actor="amiri")


def test_an_address_gets_thirty_codes_an_hour(app: Flask, later: Later) -> None:
    for number in range(30):
        issue(app, f"registration:{number}", person_key=f"national:{number}", mobile=f"091200000{number:02d}")
    with pytest.raises(TooManyError):
        issue(app, "registration:30", person_key="national:30", mobile="09120000030")
    later(3600)
    issue(app, "registration:30", person_key="national:30", mobile="09120000030")


def test_codes_of_the_login_do_not_use_up_those_of_registrations(app: Flask) -> None:
    for number in range(5):
        issue(app, f"account:{number}", purpose=LOGIN)
    issue(app)


def test_a_refused_request_counts_nowhere(app: Flask) -> None:
    issue(app)
    for _ in range(10):
        with pytest.raises(TooSoonError):
            issue(app)
    for number in range(4):
        issue(app, f"registration:{number + 2}")


def test_without_a_mobile_nothing_leaves_and_all_else_is_the_same(app: Flask, later: Later) -> None:
    issued = issue(app, mobile="")
    send(app)
    assert (issued.masked, outbox(app)) == ("", [])
    with pytest.raises(TooSoonError):
        issue(app, mobile="")
    for _ in range(5):
        with pytest.raises(WrongCodeError):
            check(app, WRONG)
    with pytest.raises(TooManyError):
        check(app, WRONG)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_a_code_that_nobody_sent_is_over(app: Flask) -> None:
    with pytest.raises(ExpiredCodeError):
        check(app, WRONG)


def test_a_try_inside_a_transaction_of_the_caller_is_a_fault_of_ours(app: Flask) -> None:
    code = sent(app)
    with pytest.raises(AssertionError), writing():
        check(app, code)


def test_two_hundred_wrong_codes_an_hour_are_an_alarm_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    code_limits.note_failure()
    with writing() as session:
        session.execute(sa.update(RateCount).values(count=ALARM - 2))
    for _ in range(4):
        code_limits.note_failure()
    assert code_limits.failures() == ALARM + 2
    assert caplog.text.count("wrong codes within an hour") == 1
    raised = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == "codes:alarm:raised")
    assert db.session.scalar(raised) == 1


def test_old_codes_are_deleted_and_late_messages_called_off(app: Flask, later: Later) -> None:
    sent(app)
    issue(app, "registration:2")
    later(DAY + 1)
    assert codes.purge() == 0
    assert db.session.scalars(sa.select(Message.state).order_by(Message.id)).all() == ["delivered", "withdrawn"]
    later(7 * DAY)
    assert codes.purge() == 2


def waiting() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message.state).order_by(Message.id)))


def test_the_code_of_an_abandoned_registration_is_called_off(app: Flask, later: Later) -> None:
    left, kept = (make_registration(number, state="otp_sent") for number in (1, 2))
    later(DAY + 1)
    with writing() as session:
        session.get_one(Registration, kept).updated_at = clock.now()
    for number in (left, kept):
        issue(app, f"registration:{number}", person_key=f"national:{number}")
    issue(app, f"registration:{left}", purpose=CONTACT, person_key="national:3")
    assert registrations.abandon() == 1
    assert waiting() == ["withdrawn", "queued", "queued"]


def test_the_code_of_a_refused_registration_is_called_off(app: Flask) -> None:
    number = make_registration(1, state="otp_sent")
    issue(app, f"registration:{number}")
    judged = Checked("refused", ("NAME_DIFFERS",), "hr", {}, None)
    with writing() as session:
        mismatches.refuse(session, session.get_one(Registration, number), judged, settings_of(app))
    assert waiting() == ["withdrawn"]
    send(app)
    assert outbox(app) == []


def test_the_settings_change_the_numbers(app: Flask, later: Later) -> None:
    settings = settings_of(app)
    policy = settings.policy.model_copy(update={"resend_seconds": 5, "code_tries": 1, "code_life_seconds": 10})
    app.extensions["settings"] = changed = settings.model_copy(update={"policy": policy})
    assert isinstance(changed, Settings)
    code = sent(app)
    with pytest.raises(WrongCodeError) as wrong:
        check(app, other_than(code))
    assert wrong.value.tries_left == 0
    later(6)
    code = sent(app)
    later(11)
    with pytest.raises(ExpiredCodeError):
        check(app, code)
