"""The profile: who gets in, what is shown, and what ends a session."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Message, OneTimeCode, Operation, Registration, WebSession
from backoffice.services import account_acts
from backoffice.views import formats
from tests.factories import make_account, make_hr_row
from tests.profiles import logged_in
from tests.reconcile.worlds import code, name_of
from tests.registering import Applicant, deliver, last_code, outbox, without_tokens, wrong

ACT = {"policy": {"mode": "act", "unlisted_mobile": "matched"}}
NAG = (
    "کاربر گرامی، شما تاکنون اقدام به دریافت شناسه کاربری دائمی نکرده‌اید. لطفا در اسرع وقت نسبت به تکمیل فرآیند "
    "ثبت‌نام و دریافت شناسه کاربری دائمی اقدام نمایید."
)
OUTAGE = "در حال حاضر استعلام ممکن نیست"


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def overrides() -> dict[str, object]:
    return dict(ACT)


def ago(days: float) -> dt.datetime:
    return clock.now() - dt.timedelta(days=days)


def count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def set_state(account_id: int, state: str) -> None:
    with writing() as session:
        session.get_one(Account, account_id).state = state


@pytest.mark.parametrize("overrides", [{}])
def test_in_observe_mode_the_profile_is_shut(app: Flask) -> None:
    assert {Applicant(app).get(path).status_code for path in ("/profile/", "/profile/login")} == {503}


def test_who_is_not_logged_in_is_shown_the_way(app: Flask) -> None:
    answer = Applicant(app).get("/profile/")
    assert (answer.status_code, answer.location) == (303, "/profile/login")


def test_the_page_shows_the_person_with_the_codes_masked(app: Flask) -> None:
    account = make_account(1, personal_email="maryam@gmail.com")
    page = logged_in(app, account).get("/profile/").text
    assert "اطلاعات هویتی" in page
    assert f"مریم {name_of(1)}" in page
    assert all(text in page for text in ("0912•••0001", "ma•••@gmail.com", "۲۰ روز مانده"))
    assert not any(text in page for text in (code(1), "09120000001", "maryam@"))


def test_the_reminder_stands_there_until_the_account_is_permanent(app: Flask) -> None:
    account = make_account(1)
    page = logged_in(app, account).get("/profile/").text
    assert "اخطار!" in page
    assert NAG in page
    permanent = make_account(2, state="permanent", expires_at=None, username="m.karimi")
    page = logged_in(app, permanent).get("/profile/").text
    assert ("اخطار!" in page, "m.karimi" in page) == (False, True)


def test_logging_out_ends_the_session_on_the_server(app: Flask) -> None:
    holder = logged_in(app, make_account(1))
    cookie = holder.client.get_cookie("request")
    assert cookie
    assert holder.post("/profile/logout", {}, holder.hidden("/profile/")).location == "/profile/login"
    holder.client.set_cookie("request", cookie.value)
    assert holder.get("/profile/").location == "/profile/login"
    assert count(WebSession) == 0


@pytest.mark.parametrize("state", ["locked", "purged"])
def test_the_session_of_a_closed_account_ends_for_good(app: Flask, state: str) -> None:
    account = make_account(1)
    holder = logged_in(app, account)
    hidden = holder.hidden("/profile/")
    set_state(account, state)
    assert holder.post("/profile/logout", {}, hidden).location == "/profile/login"
    assert count(WebSession) == 0
    holder = Applicant(app)
    set_state(account, "temporary")
    assert holder.get("/profile/").location == "/profile/login"


def test_a_lock_of_the_desk_is_felt_at_the_next_click(app: Flask) -> None:
    account = make_account(1)
    holder = logged_in(app, account)
    assert holder.get("/profile/").status_code == 200
    account_acts.lock(account, reason="x", actor="amiri", settings=settings_of(app))
    assert holder.get("/profile/").location == "/profile/login"
    assert holder.get("/profile/login").status_code == 200


def test_who_expires_while_logged_in_sees_it_said(app: Flask) -> None:
    account = make_account(1)
    holder = logged_in(app, account)
    with writing() as session:
        session.get_one(Account, account).expires_at = ago(0.01)
    assert "اعتبار حساب شما پایان یافته است" in holder.get("/profile/").text


def test_an_expired_account_comes_in_by_the_code_alone(app: Flask) -> None:
    make_account(1, state="expired", expires_at=ago(3))
    holder = Applicant(app)
    assert 'name="password"' not in holder.get("/profile/login?expired=1").text
    answer = holder.post("/profile/login", {"username": code(1), "by_code": "1"})
    assert (answer.status_code, answer.location) == (303, "/profile/login")
    deliver(app)
    assert "0912•••0001" not in holder.get("/profile/login").text
    assert holder.post("/profile/login", {"code": wrong(last_code(app, 1))}).status_code == 422
    answer = holder.post("/profile/login", {"code": last_code(app, 1)})
    assert (answer.status_code, answer.location) == (303, "/profile/")
    assert holder.get("/profile/").status_code == 200


def test_nothing_tells_whose_account_has_expired(app: Flask) -> None:
    make_account(1)
    make_account(2, state="expired", expires_at=ago(15))
    make_account(3, state="expired", expires_at=ago(3), mobile="")
    make_account(4, state="expired", expires_at=ago(3))
    pages = set()
    for number in (1, 2, 3, 4, 5):
        stranger = Applicant(app, f"10.0.0.{number}")
        asked = stranger.post("/profile/login", {"username": code(number), "by_code": "1"})
        assert (asked.status_code, asked.location) == (303, "/profile/login")
        pages.add(without_tokens(stranger.get("/profile/login")))
        typed = stranger.post("/profile/login", {"code": "123456"})
        pages.add(without_tokens(typed).replace(code(number), ""))
    deliver(app)
    assert [sms["to"] for sms in outbox(app)] == ["09120000004"]
    assert len(pages) == 2


def test_a_code_of_another_browser_opens_nothing(app: Flask) -> None:
    make_account(1, state="expired", expires_at=ago(3))
    holder, stranger = Applicant(app), Applicant(app)
    holder.post("/profile/login", {"username": code(1), "by_code": "1"})
    deliver(app)
    assert stranger.post("/profile/login", {"code": last_code(app, 1)}).location == "/profile/login"
    assert stranger.get("/profile/").location == "/profile/login"


def test_another_code_is_sent_no_sooner_than_allowed(app: Flask, later: Callable[[float], None]) -> None:
    make_account(1, state="expired", expires_at=ago(3))
    holder = Applicant(app)
    holder.post("/profile/login", {"username": code(1), "by_code": "1"})
    assert holder.post("/profile/login", {"resend": "1"}).status_code == 429
    later(121)
    assert holder.post("/profile/login", {"resend": "1"}).status_code == 303
    deliver(app)
    assert (count(OneTimeCode), count(Message)) == (2, 2)


@pytest.mark.parametrize("fields", [{}, {"username": code(1)}, {"password": "x"}, {"username": ["a", "b"]}])
def test_a_missing_field_is_named_beside_it(app: Flask, fields: dict[str, str | list[str]]) -> None:
    answer = Applicant(app).post("/profile/login", fields)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text or 'id="username-error"' in answer.text


def test_without_a_directory_nobody_is_called_wrong(app: Flask) -> None:
    make_account(1)
    answer = Applicant(app).post("/profile/login", {"username": code(1), "password": "blue kettle 77"})
    assert (answer.status_code, OUTAGE in answer.text, code(1) in answer.text) == (503, True, True)


def registered(app: Flask, *, ready: bool = True) -> Applicant:
    """Somebody whose code was right a moment ago."""
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    assert person.enter(last_code(app, 1)).location == "/request/done"
    if ready:
        with writing() as session:
            session.query(Account).update({"state": "temporary"})
            session.query(Registration).update({"state": "temporary"})
    return person


def test_one_sitting_leads_from_the_code_into_the_profile(app: Flask) -> None:
    person = registered(app)
    assert "ورود به پروفایل کاربری" in person.get("/request/done").text
    before = person.client.get_cookie("request")
    assert person.post("/request/done", {}).location == "/profile/"
    assert person.get("/profile/").status_code == 200
    after = person.client.get_cookie("request")
    assert before
    assert after
    assert before.value != after.value


def test_the_way_into_the_profile_opens_with_the_account(app: Flask) -> None:
    person = registered(app, ready=False)
    hidden = person.hidden("/request/contact")
    assert person.post("/request/done", {}, hidden).location == "/request/done"
    assert person.get("/profile/").location == "/profile/login"


def test_only_the_browser_that_proved_the_code_goes_on_without_a_login(
    app: Flask, later: Callable[[float], None]
) -> None:
    person = registered(app)
    later(1801)
    assert "با نام کاربری و رمز عبور خود وارد می‌شوید" in person.get("/request/done").text
    assert person.post("/request/done", {}).location == "/profile/"
    assert person.get("/profile/").location == "/profile/login"


def synchronised(holder: Applicant) -> str:
    """Press the button and give the page it leads to."""
    answer = holder.post("/profile/sync", {}, holder.hidden("/profile/"))
    assert (answer.status_code, answer.location) == (303, "/profile/")
    return holder.get("/profile/").text


def test_synchronising_answers_with_the_date_of_the_file(app: Flask) -> None:
    make_hr_row(1)
    make_hr_row(2, status_class="admitted", status="پذیرفته‌شده")
    make_hr_row(3, last_name="دیگری")
    pages = [synchronised(logged_in(app, make_account(number))) for number in (1, 2, 3, 4)]
    today = formats.jalali_text(clock.now(), "%Y/%m/%d")
    assert f"اطلاعات شما با فایل {today} به‌روز شد." in pages[0]
    assert f"در فایل {today} وضعیت شما هنوز «پذیرفته‌شده» است؛" in pages[1]
    assert "مشخصات شما با فایل کارگزینی یکسان نیست؛ موضوع با کد پیگیری" in pages[2]
    assert f"نام شما در فایل {today} نیست؛" in pages[3]


def test_synchronising_again_at_once_is_too_often(app: Flask) -> None:
    make_hr_row(1)
    holder = logged_in(app, make_account(1))
    synchronised(holder)
    assert holder.post("/profile/sync", {}, holder.hidden("/profile/")).status_code == 429


def test_without_a_file_of_hr_synchronising_is_an_outage(app: Flask) -> None:
    holder = logged_in(app, make_account(1))
    answer = holder.post("/profile/sync", {}, holder.hidden("/profile/"))
    assert (answer.status_code, OUTAGE in answer.text) == (503, True)


def test_the_page_says_until_when_an_account_that_is_over_may_be_extended(app: Flask) -> None:
    ended = ago(3)
    holder = logged_in(app, make_account(1, state="expired", expires_at=ended))
    last = ended + dt.timedelta(days=settings_of(app).policy.grace_days)
    with app.test_request_context("/?lang=en"):
        moment = formats.jalali_text(last)
    assert f"Until {moment} you can still extend it" in " ".join(holder.get("/profile/?lang=en").text.split())


def test_who_has_expired_cannot_synchronise(app: Flask) -> None:
    make_hr_row(1)
    account = make_account(1, state="expired", expires_at=ago(3))
    holder = logged_in(app, account)
    assert holder.post("/profile/sync", {}, holder.hidden("/profile/")).location == "/profile/"
    assert db.session.get_one(Account, account).synced == {}


def extend(holder: Applicant, **fields: str) -> TestResponse:
    return holder.post("/profile/extension", {"days": "10", "reason": "در ماموریت هستم", **fields})


def test_an_account_is_extended_twice_at_most_and_with_a_reason(app: Flask) -> None:
    account = make_account(1)
    holder = logged_in(app, account)
    for fields in ({"reason": " "}, {"days": "0"}, {"days": "31"}, {"days": "x"}):
        assert extend(holder, **fields).status_code == 422
    for _ in range(2):
        assert extend(holder).location == "/profile/?done=extension"
    assert "حساب شما تمدید شد." in holder.get("/profile/?done=extension").text
    assert extend(holder, until="").status_code == 422
    assert "این حساب دیگر تمدید نمی‌شود" in holder.get("/profile/extension").text
    assert db.session.get_one(Account, account).extensions == 2
    kinds = db.session.scalars(sa.select(Operation.kind))
    assert list(kinds) == ["extend_account"] * 2


def test_the_same_form_sent_twice_extends_once(app: Flask) -> None:
    account = make_account(1)
    holder = logged_in(app, account)
    hidden = holder.hidden("/profile/extension")
    answers = [holder.post("/profile/extension", {"days": "5", "reason": "x"}, hidden) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/profile/?done=extension", "/profile/"]
    assert db.session.get_one(Account, account).extensions == 1


def test_who_has_expired_extends_and_is_in(app: Flask) -> None:
    account = make_account(1, state="expired", expires_at=ago(3))
    holder = logged_in(app, account)
    assert holder.get("/profile/password").location == "/profile/"
    extend(holder)
    assert db.session.get_one(Account, account).state == "temporary"
    assert holder.get("/profile/password").status_code == 200


def test_a_permanent_account_has_nothing_to_extend(app: Flask) -> None:
    holder = logged_in(app, make_account(1, state="permanent", expires_at=None))
    assert "حساب دائم پایان ندارد" in holder.get("/profile/extension").text
    assert extend(holder).status_code == 422


def test_fields_nobody_asked_for_change_nothing(app: Flask) -> None:
    account, other = make_account(1), make_account(2)
    holder = logged_in(app, account)
    extend(holder, state="permanent", account_id=str(other), extensions="0", expires_at="2099-01-01")
    db.session.rollback()
    mine, others = (db.session.get_one(Account, number) for number in (account, other))
    assert (mine.state, mine.extensions, others.extensions) == ("temporary", 1, 0)


NEW = {"password": "green kettle 78", "password_repeat": "green kettle 78"}


def test_recovering_tells_nobody_whether_there_is_an_account(app: Flask) -> None:
    make_account(1)
    pages = set()
    for number in (1, 2):
        stranger = Applicant(app, f"10.0.0.{number}")
        answer = stranger.post("/profile/recover", {"username": code(number), "way": "sms"})
        assert (answer.status_code, answer.location) == (303, "/profile/recover")
        pages.add(without_tokens(stranger.get("/profile/recover")))
        pages.add(without_tokens(stranger.post("/profile/recover", {"code": "123456"})))
    assert len(pages) == 2
    deliver(app)
    assert [sms["to"] for sms in outbox(app)] == ["09120000001"]


def test_no_new_password_before_the_code(app: Flask) -> None:
    make_account(1)
    stranger = Applicant(app)
    assert stranger.post("/profile/recover", NEW).location == "/profile/recover"
    stranger.post("/profile/recover", {"username": code(1)})
    deliver(app)
    assert stranger.post("/profile/recover", NEW).location == "/profile/recover"
    assert stranger.post("/profile/recover", {"code": wrong(last_code(app, 1))}).status_code == 422
    assert stranger.post("/profile/recover", NEW).location == "/profile/recover"
    assert count(Operation) == 1  # the SMS


def test_a_weak_new_password_is_named_and_the_proof_is_good_once(app: Flask) -> None:
    make_account(1)
    holder = Applicant(app)
    holder.post("/profile/recover", {"username": code(1)})
    deliver(app)
    holder.post("/profile/recover", {"code": last_code(app, 1)})
    answer = holder.post("/profile/recover", {"password": "short", "password_repeat": "short"})
    assert (answer.status_code, 'id="password-error"' in answer.text) == (422, True)
    assert holder.post("/profile/recover", NEW).location == "/profile/login?recovered=1"
    assert "رمز عبور شما عوض شد" in holder.get("/profile/login?recovered=1").text
    assert holder.post("/profile/recover", NEW).location == "/profile/recover"
    kinds = list(db.session.scalars(sa.select(Operation.kind)))
    assert kinds.count("set_password") == 1


def test_the_proof_of_a_code_is_over_after_a_quarter_of_an_hour(app: Flask, later: Callable[[float], None]) -> None:
    make_account(1)
    holder = Applicant(app)
    holder.post("/profile/recover", {"username": code(1)})
    deliver(app)
    holder.post("/profile/recover", {"code": last_code(app, 1)})
    later(901)
    assert holder.post("/profile/recover", NEW).location == "/profile/recover"
    assert count(Operation) == 1
