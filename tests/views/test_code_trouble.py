"""The page of trouble with a code."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import settings_of, writing
from backoffice.models import RateCount
from backoffice.services import code_limits, message_work
from backoffice.services.messages import SEND_URGENT
from tests.services.test_otp_trouble import MOBILE, PERSON
from tests.views.case_rows import make_case, make_code_trouble
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "resend_seconds": 1}}


@pytest.fixture
def address(app: Flask) -> str:
    settings = settings_of(app)
    number = make_code_trouble(settings)
    message_work.work(SEND_URGENT, settings)
    return f"/admin/code-trouble/{number}/"


def forget_the_clock() -> None:
    with writing() as session:
        session.execute(sa.delete(RateCount))


def test_the_help_desk_reads_what_to_say_and_sends_another_code(client_as: ClientAs, address: str) -> None:
    desk = client_as("helpdesk")
    page = desk.get(f"{address}?lang=en").text
    assert "Say to the caller" in page
    assert "your operator holds it back" in page
    assert (MOBILE in page, PERSON.partition(":")[2] in page) == (False, False)
    forget_the_clock()
    answer = desk.post_form(f"{address}resend")
    assert (answer.status_code, answer.location) == (303, address)
    page = desk.get(f"{address}?lang=en").text
    assert "A new code is on its way to 0912•••4567" in page
    assert "test-helpdesk" in page


def test_a_code_too_early_is_refused_with_its_sentence(client_as: ClientAs, app: Flask, address: str) -> None:
    forget_the_clock()
    desk = client_as("it_operator")
    desk.post_form(f"{address}resend")
    answer = desk.post_form(f"{address}resend?lang=en")
    assert (answer.status_code, "A new code can be asked for in 1 seconds." in answer.text) == (422, True)


def test_a_case_is_closed_with_a_word_about_it(client_as: ClientAs, address: str) -> None:
    desk = client_as("helpdesk")
    assert desk.post_form(f"{address}close").status_code == 422
    assert desk.post_form(f"{address}close", {"note": "رسید"}).status_code == 303
    page = desk.get(address).text
    assert "رسید" in page
    assert "/resend" not in page


def test_an_auditor_reads_and_sends_nothing(client_as: ClientAs, address: str) -> None:
    page = client_as("auditor").get(address).text
    assert ("/resend" in page, "/close" in page) == (False, False)


def test_the_list_of_cases_leads_there_and_other_cases_do_not_exist_there(client_as: ClientAs, address: str) -> None:
    desk = client_as("it_operator")
    number = address.split("/")[-2]
    assert "مشکل کد تایید" in desk.get("/admin/cases/").text
    assert desk.get(f"/admin/cases/{number}/").location == address
    assert desk.get(f"/admin/code-trouble/{make_case(1)}/").status_code == 404


def test_the_number_is_shown_to_who_asks_for_it_and_that_is_recorded(client_as: ClientAs, address: str) -> None:
    desk = client_as("it_operator")
    desk.post_form(f"{address}unmask")
    assert MOBILE in desk.get(address).text


def test_very_many_wrong_codes_are_said_on_the_work_list(client_as: ClientAs, app: Flask) -> None:
    said = "Very many wrong codes were typed within this hour"
    desk = client_as("it_operator")
    code_limits.note_failure()
    assert said not in desk.get("/admin/?lang=en").text
    with writing() as session:
        session.execute(sa.update(RateCount).values(count=code_limits.ALARM))
    assert said in desk.get("/admin/?lang=en").text
