"""After a refusal: a mobile is left, and a registration is followed, without telling which tracking codes there are."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, writing
from backoffice.models import AuditEntry, Case, Registration
from backoffice.rules import case_states
from tests.factories import make_hr_row
from tests.registering import Applicant, deliver, last_code, outbox, tracking_code, wrong

MOBILE = "09351112233"
Later = Callable[[float], None]


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "unlisted_mobile": "matched", "identity_per_address_hour": 1000}}


@pytest.fixture
def refused(app: Flask) -> Applicant:
    """Somebody whose last name HR has otherwise."""
    make_hr_row(1)
    person = Applicant(app)
    assert person.identify(1, last_name="ناشناس").status_code == 422
    return person


def contact() -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Case.contact_mobile)).one()


def leave(app: Flask, person: Applicant, mobile: str = MOBILE) -> None:
    assert person.post("/request/contact", {"contact_mobile": mobile}).status_code == 303
    deliver(app)
    answer = person.post("/request/contact", {"code": outbox(app)[-1]["params"]["code"]})
    assert (answer.status_code, answer.location) == (303, "/request/status")


def set_case(state: str) -> None:
    with writing() as session:
        session.execute(sa.update(Case).values(state=state))


def test_a_mobile_that_a_code_proved_is_kept_with_the_case(app: Flask, refused: Applicant) -> None:
    assert 'name="contact_mobile"' in refused.get("/request/contact").text
    answer = refused.post("/request/contact", {"contact_mobile": "+98 935 111 2233"})
    assert (answer.status_code, answer.location) == (303, "/request/contact")
    deliver(app)
    page = refused.get("/request/contact").text
    assert 'name="code"' in page
    assert "0935•••2233" in page
    assert contact() == ""
    answer = refused.post("/request/contact", {"code": outbox(app)[-1]["params"]["code"]})
    assert (answer.status_code, answer.location, contact()) == (303, "/request/status", MOBILE)
    assert "اداره نرم‌افزار" in refused.get("/request/status").text
    assert db.session.query(AuditEntry).filter_by(action="cases:contact:proved").count() == 1


@pytest.mark.parametrize("mobile", ["", "021", "۰۹", "x" * 3000])
def test_what_is_no_mobile_stands_beside_the_field(refused: Applicant, mobile: str) -> None:
    answer = refused.post("/request/contact", {"contact_mobile": mobile})
    assert answer.status_code == 422
    assert 'id="contact_mobile-error"' in answer.text
    assert mobile == "" or f'value="{mobile[:255]}"' in answer.text


def test_a_wrong_code_leaves_the_case_without_a_mobile(app: Flask, refused: Applicant) -> None:
    refused.post("/request/contact", {"contact_mobile": MOBILE})
    deliver(app)
    right = outbox(app)[-1]["params"]["code"]
    assert refused.post("/request/contact", {"code": "12"}).status_code == 422
    assert refused.post("/request/contact", {"code": wrong(right)}).status_code == 422
    assert contact() == ""


def test_another_number_within_the_resend_time_does_not_take_the_place_of_the_first(
    app: Flask, refused: Applicant
) -> None:
    refused.post("/request/contact", {"contact_mobile": MOBILE})
    refused.post("/request/contact", {"contact_mobile": "09120000009"})
    assert refused.post("/request/contact", {"resend": "1"}).status_code == 429
    deliver(app)
    assert [line["to"] for line in outbox(app)] == [MOBILE]
    refused.post("/request/contact", {"code": outbox(app)[-1]["params"]["code"]})
    assert contact() == MOBILE


def test_the_code_can_be_sent_again(app: Flask, refused: Applicant, later: Later) -> None:
    refused.post("/request/contact", {"contact_mobile": MOBILE})
    deliver(app)
    later(121)
    assert refused.post("/request/contact", {"resend": "1"}).status_code == 303
    deliver(app)
    assert [line["to"] for line in outbox(app)] == [MOBILE, MOBILE]


def test_nobody_leaves_a_mobile_without_having_been_refused(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app)
    for _ in range(2):
        assert person.get("/request/contact").status_code == 303
        assert person.post("/request/contact", {"contact_mobile": MOBILE}).status_code == 303
        assert person.post("/request/contact", {"code": "123456"}).status_code == 303
        person.identify(1)
    assert outbox(app) == []


def test_the_state_is_shown_for_tracking_code_and_the_code_of_the_number(app: Flask, refused: Applicant) -> None:
    leave(app, refused)
    tracked = tracking_code(refused.get("/request/status"))
    other = Applicant(app)
    answer = other.post("/request/status", {"tracking_code": f" {tracked.replace('-', '').lower()} "})
    assert (answer.status_code, answer.location) == (303, "/request/status")
    deliver(app)
    assert (len(outbox(app)), outbox(app)[-1]["to"]) == (2, MOBILE)
    page = other.get("/request/status").text
    assert 'name="code"' in page
    assert "2233" not in page
    answer = other.post("/request/status", {"code": outbox(app)[-1]["params"]["code"]})
    assert (answer.status_code, answer.location) == (303, "/request/status")
    assert tracked in other.get("/request/status").text


def test_a_tracking_code_that_does_not_exist_looks_like_one_that_does(app: Flask, refused: Applicant) -> None:
    leave(app, refused)
    tracked = tracking_code(refused.get("/request/status"))
    seen = []
    for asked in (tracked, "ZZZZ-ZZZZ"):
        person = Applicant(app)
        answers = [person.post("/request/status", {"tracking_code": asked}), person.get("/request/status")]
        answers += [person.post("/request/status", {"resend": "1"})]
        answers += [person.post("/request/status", {"code": "000000"}) for _ in range(7)]
        seen.append([(answer.status_code, re.sub(r'value="[^"]*"|\d|[۰-۹]', "", answer.text)) for answer in answers])
    assert seen[0] == seen[1]
    assert db.session.query(Case).filter(Case.key.contains("tracking")).count() == 0


def test_a_tracking_code_is_asked_about_so_often_a_day_only(app: Flask, refused: Applicant, later: Later) -> None:
    leave(app, refused)
    tracked = tracking_code(refused.get("/request/status"))
    for asked in (tracked, "ZZZZ-ZZZZ"):
        found = []
        for _ in range(6):
            later(121)
            found.append(Applicant(app).post("/request/status", {"tracking_code": asked}).status_code)
        assert found == [303] * 5 + [429]


@pytest.mark.parametrize("typed", ["", "x", "7KQ2-M9X", "7KQ2-M9XDD", "کدپیگیری", "x" * 3000])
def test_what_cannot_be_a_tracking_code_stands_beside_the_field(app: Flask, typed: str) -> None:
    answer = Applicant(app).post("/request/status", {"tracking_code": typed})
    assert answer.status_code == 422
    assert 'id="tracking_code-error"' in answer.text
    assert typed == "" or f'value="{typed[:255]}"' in answer.text
    assert typed == "" or "\u20667KQ2-M9XD\u2069" in answer.text


def test_a_code_without_a_tracking_code_does_nothing(app: Flask) -> None:
    person = Applicant(app)
    assert person.post("/request/status", {"code": "123456"}).status_code == 303
    assert 'name="tracking_code"' in person.get("/request/status").text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (case_states.WAITING_HR, "در انتظار کارگزینی است"),
        (case_states.WAITING_PERSON, "پیامک"),
        (case_states.REFUSED, "پایان یافته"),
        (case_states.AUTO_CLOSED, "پایان یافته"),
    ],
)
def test_what_is_awaited_and_from_whom_is_told(app: Flask, refused: Applicant, state: str, words: str) -> None:
    leave(app, refused)
    set_case(state)
    assert words in refused.get("/request/status").text


def test_after_another_attempt_closed_the_case_no_link_is_promised_and_no_account_told(
    app: Flask, refused: Applicant
) -> None:
    leave(app, refused)
    with writing() as session:
        session.execute(sa.update(Case).values(state="auto_closed", verdict="taken_in"))
    page = refused.get("/request/status").text
    assert "اگر اکنون حساب دارید" in page
    assert "پیوند" not in page


def test_the_day_an_answer_is_expected_by_is_named_until_it_has_passed(
    app: Flask, refused: Applicant, later: Later
) -> None:
    leave(app, refused)
    assert "زمان پیش‌بینی‌شده: پایان" in refused.get("/request/status").text
    later(9 * 24 * 3600)
    with writing() as session:
        session.execute(sa.update(Case).values(contact_mobile=MOBILE))
    assert "زمان پیش‌بینی‌شده" not in refused.get("/request/status").text


def test_a_registration_that_has_ended_leads_on_to_the_profile(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    assert person.enter(last_code(app, 1)).location == "/request/done"
    with writing() as session:
        session.execute(sa.update(Registration).values(state="temporary"))
    asked = db.session.scalars(sa.select(Registration.tracking_code)).one()
    other = Applicant(app)
    other.post("/request/status", {"tracking_code": asked})
    deliver(app)
    other.post("/request/status", {"code": last_code(app, 1)})
    page = other.get("/request/status").text
    assert "حساب آماده است" in page
    assert 'href="/profile/"' in page
