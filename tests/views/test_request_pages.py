"""The steps of a registration through their forms: order, refusals, codes, what is shown again."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, Case, Message, OneTimeCode, Registration
from tests.factories import make_hr_row
from tests.reconcile.worlds import code
from tests.registering import Applicant, deliver, details_of, identity_of, last_code, outbox, tracking_code, wrong

ACT = {"policy": {"mode": "act", "unlisted_mobile": "matched", "identity_per_address_hour": 1000}}
REFUSED = "عدم تطابق اطلاعات یا وجود کاربر"
OUTAGE = "در حال حاضر استعلام ممکن نیست"
BAD_MOBILE = "عدم اعتبار شماره همراه"


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def overrides() -> dict[str, object]:
    return dict(ACT)


@pytest.fixture
def person(app: Flask) -> Applicant:
    """Somebody whom HR has as number 1."""
    make_hr_row(1)
    return Applicant(app)


def states() -> list[str]:
    return list(db.session.scalars(sa.select(Registration.state).order_by(Registration.id)))


def count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("overrides", [{}])
def test_in_observe_mode_registration_has_not_begun(app: Flask) -> None:
    answer = Applicant(app).get("/request/")
    assert (answer.status_code, "ثبت‌نام هنوز آغاز نشده است" in answer.text) == (503, True)
    assert Applicant(app).get("/request/embed.js").status_code == 200


def test_four_steps_lead_to_the_account(app: Flask, person: Applicant) -> None:
    answer = person.identify(1)
    assert (answer.status_code, answer.location) == (303, "/request/account")
    page = person.get("/request/account").text
    assert "درخواست شناسه موقت" in page
    assert "کیبورد خود را در حالت انگلیسی قرار دهید" in page
    answer = person.give_details(1)
    assert (answer.status_code, answer.location) == (303, "/request/code")
    deliver(app)
    page = person.get("/request/code").text
    assert "ثبت کد یک‌بار مصرف تایید" in page
    assert 'کد تایید شما به <bdi dir="ltr">0912•••0001</bdi> ارسال شد.' in page
    assert "ارسال مجدد کد در" in page
    answer = person.enter(last_code(app, 1))
    assert (answer.status_code, answer.location) == (303, "/request/done")
    page = person.get("/request/done").text
    assert "حساب شما در حال آماده‌سازی است" in page
    assert "حساب کاربری موقت" not in page
    assert states() == ["otp_verified"]
    assert db.session.scalars(sa.select(Account.username)).all() == [code(1)]


def test_an_account_that_is_long_in_coming_is_not_promised_in_seconds(
    app: Flask, person: Applicant, later: Callable[[float], None]
) -> None:
    person.up_to_code(1)
    person.enter(last_code(app, 1))
    assert "چند ثانیه طول می‌کشد" in person.get("/request/done").text
    later(31)
    page = person.get("/request/done").text
    assert ("چند ثانیه" in page, "کار خودکار ادامه می‌یابد" in page, "data-reload" in page) == (False, True, True)


def test_persian_digits_and_spaces_are_as_good(app: Flask, person: Applicant) -> None:
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    assert person.identify(1, national_code=code(1).translate(digits), birth_date="۱۳۵۹/۰۲/۳۱").status_code == 303
    assert person.give_details(1, mobile="+۹۸ ۹۱۲ ۰۰۰ ۰۰۰۱").status_code == 303
    deliver(app)
    assert person.enter(f" {last_code(app, 1).translate(digits)} ").status_code == 303


def test_a_step_out_of_order_leads_to_the_first_missing_one(app: Flask) -> None:
    person, fields = Applicant(app), {**details_of(1), "code": "123456"}
    asked = [person.get(path) for path in ("/request/account", "/request/code", "/request/done")]
    asked += [person.post(path, fields) for path in ("/request/account", "/request/code", "/request/code/resend")]
    assert {(answer.status_code, answer.location) for answer in asked} == {(303, "/request/")}
    assert (states(), outbox(app)) == ([], [])


def test_each_step_leads_on_to_where_the_person_is(app: Flask, person: Applicant) -> None:
    person.identify(1)
    for path in ("/request/code", "/request/done"):
        assert person.get(path).location == "/request/account"
    person.give_details(1)
    assert person.get("/request/done").location == "/request/code"
    assert person.get("/request/account").status_code == 200
    deliver(app)
    person.enter(last_code(app, 1))
    for path in ("/request/account", "/request/code"):
        assert person.get(path).location == "/request/done"
        assert person.post(path, {**details_of(1), "code": last_code(app, 1)}).location == "/request/done"
    assert (count(Account), len(outbox(app))) == (1, 1)


BAD_VALUES: tuple[str | list[str], ...] = ("", [], ["x", "x"], "<script>", "؀" * 4000, "\u202e", "{{7*7}}")


def test_a_bad_first_form_shows_each_error_beside_its_field(person: Applicant) -> None:
    for name in identity_of(1).keys() - {"personnel_number"}:
        for value in BAD_VALUES:
            answer = person.identify(1, **{name: value})
            found = (answer.status_code, f'id="{name}-error"' in answer.text, "<script>" in answer.text)
            assert (name, value, *found) == (name, value, 422, True, False)
            assert REFUSED not in answer.text
    assert states() == []


def test_a_bad_second_form_shows_each_error_beside_its_field(person: Applicant) -> None:
    person.identify(1)
    for name in details_of(1):
        for value in BAD_VALUES:
            answer = person.give_details(1, **{name: value})
            places = (name, "password_repeat") if name == "password" else (name,)
            told = any(f'id="{place}-error"' in answer.text for place in places)
            found = (answer.status_code, told, "<script>" in answer.text)
            assert (name, value, *found) == (name, value, 422, True, False)
            assert details_of(1)["password"] not in answer.text
    assert (states(), count(Message)) == (["identity_ok"], 0)


def test_what_was_typed_is_shown_again_but_no_password(person: Applicant) -> None:
    assert 'value="مریم"' in person.identify(1, national_code="1").text
    person.identify(1)
    answer = person.give_details(1, mobile="12", password="blue kettle 78", password_repeat="blue kettle 78")
    assert 'value="Maryam"' in answer.text
    assert "kettle" not in answer.text


def test_all_that_is_wrong_with_the_second_form_is_said_at_once(person: Applicant) -> None:
    person.identify(1)
    answer = person.give_details(1, mobile="12", password="رمزعبور", password_repeat="دیگری")
    for name in ("mobile", "password", "password_repeat"):
        assert f'id="{name}-error"' in answer.text
    again = "لطفا رمز عبور را دوباره وارد کنید"
    assert again not in answer.text
    answer = person.give_details(1, mobile="12")
    assert ('id="password-error"' in answer.text, again in answer.text) == (False, True)


def test_a_mobile_that_is_none_or_anothers_has_the_one_sentence(app: Flask, person: Applicant, tmp_path: Path) -> None:
    (tmp_path / "mobile-owners.csv").write_text(f"mobile,national_code\n09120000002,{code(2)}\n")
    person.identify(1)
    for mobile in ("0912", "09120000002"):
        answer = person.give_details(1, mobile=mobile)
        assert (answer.status_code, BAD_MOBILE in answer.text) == (422, True)
    assert (states(), count(Message)) == (["mobile_invalid"], 0)
    assert person.give_details(1).location == "/request/code"


def test_a_refusal_shows_the_sentence_and_a_tracking_code_only(person: Applicant) -> None:
    answer = person.identify(1, last_name="دیگری", birth_date="1359/02/30")
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    for typed in ("مریم", "دیگری", code(1), "1359", "<form"):
        assert typed not in answer.text
    for way in ("/request/", "/request/existing", "/profile/recover", "/request/contact"):
        assert f'href="{way}"' in answer.text
    registration = db.session.scalars(sa.select(Registration)).one()
    assert registration.tracking_code == tracking_code(answer)
    assert registration.causes[0] == "NAME_DIFFERS"
    assert person.get("/request/account").location == "/request/"


def test_who_was_refused_finds_the_tracking_code_again(person: Applicant) -> None:
    number = tracking_code(person.identify(1, last_name="دیگری"))
    page = person.get("/request/?lang=en").text
    assert (number in page, 'href="/request/contact"' in page) == (True, True)
    person.identify(1)
    assert number not in person.get("/request/").text


def test_a_retry_has_a_code_of_its_own_on_the_same_case(person: Applicant) -> None:
    codes = {tracking_code(person.identify(1, last_name="دیگری")) for _ in range(2)}
    assert (len(codes), count(Case), states()) == (2, 1, ["rejected", "rejected"])
    assert person.identify(1).status_code == 303
    assert db.session.scalars(sa.select(Case.state)).all() == ["auto_closed"]


def test_a_foreigner_gets_the_refusal_for_now(person: Applicant) -> None:
    answer = person.identify(1, id_type="foreign", national_code="AB12345")
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Case.cause)).all() == ["FOREIGN_ID"]


def test_without_hrs_file_nobody_is_refused_and_what_was_typed_stays(app: Flask) -> None:
    person = Applicant(app)
    for _ in range(8):
        answer = person.identify(1)
        assert (answer.status_code, OUTAGE in answer.text, 'value="مریم"' in answer.text) == (503, True, True)
    assert states() == ["waiting_service"]
    make_hr_row(1)
    assert person.identify(1).status_code == 303
    assert (states(), count(Case)) == (["identity_ok"], 0)


@pytest.mark.parametrize("overrides", [{"policy": {"mode": "act", "unlisted_mobile": "unknown"}}])
def test_an_owner_service_that_does_not_answer_is_an_outage(app: Flask, person: Applicant, tmp_path: Path) -> None:
    person.identify(1)
    answer = person.give_details(1)
    assert (answer.status_code, OUTAGE in answer.text, BAD_MOBILE in answer.text) == (503, True, False)
    assert 'value="p1@gmail.com"' in answer.text
    assert states() == ["waiting_owner"]
    (tmp_path / "mobile-owners.csv").write_text(f"mobile,national_code\n09120000001,{code(1)}\n")
    assert person.give_details(1).location == "/request/code"


def test_sending_the_details_again_sends_no_sms_and_keeps_the_mobile(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    again = person.give_details(1, mobile="09120000009", latin_first_name="Mariam")
    assert again.location == "/request/code"
    deliver(app)
    assert [sms["to"] for sms in outbox(app)] == ["09120000001"]
    assert person.enter(last_code(app, 1)).location == "/request/done"
    account = db.session.scalars(sa.select(Account)).one()
    assert (account.mobile, account.latin_first_name) == ("09120000001", "Mariam")


def test_after_the_resend_time_another_mobile_gets_a_code(
    app: Flask, person: Applicant, later: Callable[[float], None]
) -> None:
    person.up_to_code(1)
    later(121)
    assert person.give_details(1, mobile="09120000009").location == "/request/code"
    deliver(app)
    assert [sms["to"] for sms in outbox(app)] == ["09120000001", "09120000009"]
    assert person.enter(last_code(app, 1)).status_code == 422
    assert person.enter(last_code(app, 9)).status_code == 303


def test_a_code_for_a_mobile_that_is_not_the_persons_after_all_is_not_sent(
    app: Flask, person: Applicant, tmp_path: Path, later: Callable[[float], None]
) -> None:
    person.identify(1)
    person.give_details(1)
    later(121)
    (tmp_path / "mobile-owners.csv").write_text(f"mobile,national_code\n09120000009,{code(2)}\n", "utf-8")
    assert person.give_details(1, mobile="09120000009").status_code == 422
    deliver(app)
    assert (states(), outbox(app)) == (["mobile_invalid"], [])


def test_a_malformed_code_uses_no_try(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    typings: list[str | list[str]] = ["", "12345", "abcdef", "1234567", ["123456", "123456"], [], "12345٪"]
    for typed in typings:
        answer = person.enter(typed)
        assert (answer.status_code, 'id="code-error"' in answer.text) == (422, True)
    assert person.enter(last_code(app, 1)).status_code == 303


def test_a_wrong_code_says_how_many_tries_are_left_until_there_are_none(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    right = last_code(app, 1)
    assert "کد واردشده درست نیست؛ ۴ بار دیگر می‌توانید تلاش کنید." in person.enter(wrong(right)).text
    assert [person.enter(wrong(right)).status_code for _ in range(5)] == [422, 422, 422, 422, 429]
    assert person.enter(right).status_code == 429
    assert states() == ["otp_sent"]


def test_an_old_code_is_refused_with_its_sentence(
    app: Flask, person: Applicant, later: Callable[[float], None]
) -> None:
    person.up_to_code(1)
    later(301)
    answer = person.enter(last_code(app, 1))
    assert (answer.status_code, "مهلت این کد پایان یافته است" in answer.text) == (422, True)


def test_another_code_is_sent_after_two_minutes_and_only_the_newest_counts(
    app: Flask, person: Applicant, later: Callable[[float], None]
) -> None:
    person.up_to_code(1)
    first = last_code(app, 1)
    assert person.post("/request/code/resend", {}).status_code == 429
    later(121)
    answer = person.post("/request/code/resend", {})
    assert (answer.status_code, answer.location) == (303, "/request/code")
    deliver(app)
    assert len(outbox(app)) == 2
    assert person.enter(first if first != last_code(app, 1) else wrong(first)).status_code == 422
    assert person.enter(last_code(app, 1)).status_code == 303


def test_another_language_is_found_where_a_form_has_no_page_of_its_own(person: Applicant) -> None:
    person.up_to_code(1)
    assert 'href="/request/code/resend?lang=en"' in person.post("/request/code/resend", {}).text
    for path in ("/request/code/resend", "/request/code/missing"):
        answer = person.get(f"{path}?lang=en")
        assert (answer.status_code, answer.location) == (303, "/request/code")
    assert '<html lang="en"' in person.get("/request/code").text


def test_the_resend_form_is_there_from_the_start(person: Applicant) -> None:
    page = person.up_to_code(1).get("/request/code").text
    assert 'action="/request/code/resend"' in page


def test_who_gets_no_code_tells_the_desk_and_goes_on(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    answer = person.post("/request/code/missing", {})
    assert (answer.status_code, answer.location) == (303, "/request/code?told=1")
    assert "پشتیبانی از نرسیدن کد باخبر شد" in person.get("/request/code?told=1").text
    trouble = sa.select(Case.cause).where(Case.kind == "OTP_TROUBLE")
    assert db.session.scalars(trouble).all() == ["said"]
    assert person.enter(last_code(app, 1)).location == "/request/done"


def test_too_many_tries_of_one_code_are_stopped(app: Flask, person: Applicant) -> None:
    for _ in range(5):
        assert person.identify(1, last_name="دیگری").status_code == 422
    answer = person.identify(1)
    assert (answer.status_code, "تعداد تلاش‌ها بیش از حد مجاز است" in answer.text) == (429, True)


@pytest.mark.parametrize("overrides", [{"policy": {"mode": "act", "identity_per_address_hour": 3}}])
def test_codes_that_fit_nobody_are_counted_by_address(app: Flask) -> None:
    person = Applicant(app)
    answers = [person.identify(1, national_code="0012345678").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    assert Applicant(app, "127.0.0.2").identify(1).status_code == 503


def test_two_people_in_one_browser_do_not_get_each_others_data(app: Flask, person: Applicant) -> None:
    make_hr_row(2)
    person.identify(1)
    hidden = person.hidden("/request/account")
    person.identify(2)
    answer = person.post("/request/account", details_of(1), hidden)
    assert answer.location == "/request/account"
    assert (states(), count(OneTimeCode)) == (["identity_ok", "identity_ok"], 0)


def test_who_comes_second_to_a_browser_is_shown_nothing_and_begins_anew(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    first_page, details = person.get("/request/").text, person.get("/request/account").text
    personal = {name: value for name, value in (identity_of(1) | details_of(1)).items() if value and name != "id_type"}
    assert [name for name, value in personal.items() if f'"{value}"' in first_page + details] == []
    assert 'action="/request/anew"' in first_page
    assert person.post("/request/anew", {}, person.hidden("/request/")).location == "/request/"
    assert 'action="/request/anew"' not in person.get("/request/").text
    assert person.get("/request/code").location == "/request/"
    assert states() == ["otp_sent"]


def test_who_leaves_the_last_page_leaves_no_name_behind(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    person.enter(last_code(app, 1))
    with writing() as session:
        session.execute(sa.update(Account).values(state="temporary", ready_at=clock.now()))
    page = person.get("/request/done").text
    assert (code(1) in page, 'action="/request/anew"' in page) == (True, True)
    person.post("/request/anew", {}, person.hidden("/request/done"))
    assert person.get("/request/done").location == "/request/"


def test_who_was_here_before_finds_the_way_from_the_first_page(app: Flask) -> None:
    page = Applicant(app).get("/request/").text
    for way in ("/request/status", "/request/existing", "/profile/"):
        assert f'href="{way}"' in page


def test_the_first_step_again_goes_on_with_the_same_registration(app: Flask, person: Applicant) -> None:
    person.up_to_code(1)
    assert person.identify(1).location == "/request/account"
    assert person.give_details(1).location == "/request/code"
    deliver(app)
    assert (states(), len(outbox(app))) == (["otp_sent"], 1)


def test_who_comes_second_with_the_same_person_is_refused_like_everybody(app: Flask, person: Applicant) -> None:
    other = Applicant(app)
    person.up_to_code(1)
    other.up_to_code(1)
    codes = [sms["params"]["code"] for sms in outbox(app)]
    assert person.enter(codes[0]).location == "/request/done"
    answer = other.enter(codes[1])
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert (count(Account), db.session.scalars(sa.select(Case.cause)).all()) == (1, ["EXISTS_TEMPORARY"])


def test_an_attempt_that_was_left_for_a_day_begins_anew(
    app: Flask, person: Applicant, later: Callable[[float], None]
) -> None:
    person.up_to_code(1)
    later(24 * 3600)
    assert person.get("/request/code").location == "/request/"


def test_a_form_without_its_token_is_refused(person: Applicant) -> None:
    person.identify(1)
    for path in ("/request/", "/request/account", "/request/code", "/request/code/resend"):
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}):
            answer = person.post(path, {**identity_of(1), **details_of(1), "code": "1"}, token)
            assert (answer.status_code, 'href="/request/"' in answer.text) == (400, True)


def test_the_desk_and_the_request_pages_have_cookies_of_their_own(person: Applicant) -> None:
    cookies = person.get("/request/").headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["request"]
    assert "SameSite=Lax" in cookies[0]


PORTAL = {"embed_origins": ["https://portal.example.ac.ir"], "policy": {"mode": "act"}}


@pytest.mark.parametrize("overrides", [PORTAL])
def test_only_the_request_pages_may_be_framed_and_only_by_the_portal(app: Flask) -> None:
    framed = Applicant(app).get("/request/", headers={"Sec-Fetch-Dest": "iframe"})
    assert "frame-ancestors https://portal.example.ac.ir" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    (cookie,) = framed.headers.getlist("Set-Cookie")
    assert {"Secure", "SameSite=None", "Partitioned", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}
    for path in ("/admin/login", "/healthz", "/requests"):
        answer = Applicant(app).get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_script_for_portals_may_be_loaded_from_anywhere(app: Flask) -> None:
    answer = Applicant(app).get("/request/embed.js")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.mimetype == "text/javascript"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_page_speaks_both_languages(app: Flask, person: Applicant, lang: str) -> None:
    person.get(f"/request/?lang={lang}")
    person.up_to_code(1)
    pages = [person.get(path).text for path in ("/request/", "/request/account", "/request/code")]
    direction = "rtl" if lang == "fa" else "ltr"
    for page in pages:
        assert f'<html lang="{lang}" dir="{direction}">' in page
        assert '<meta name="viewport"' in page
