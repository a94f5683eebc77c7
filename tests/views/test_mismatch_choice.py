"""Choosing the right one of HR's rows on the page of a case, and where the choice is read afterwards."""

import re

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Case, Override
from tests.factories import make_hr_row
from tests.reconcile.worlds import name_of
from tests.services.mismatch_rows import make_refusal
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM = {"reason": "documents", "days": "30", "note": "شناسنامه"}


@pytest.fixture
def rows(app: Flask) -> None:
    make_hr_row(1)
    make_hr_row(1, last_name="دیگری", personnel_number="9001")


def marks(page: str) -> list[str]:
    """The marks of the rows offered, in the order of the page."""
    return re.findall(r'name="row" value="([0-9a-f]{64})"', page)


def mark_of(page: str, name: str) -> str:
    """The mark of the row with this name."""
    start = page.index('id="act-choose"')
    return marks(page[start : page.index(name, start)])[-1]


@pytest.mark.usefixtures("rows")
def test_the_rows_are_offered_first_each_with_what_tells_it_apart(client_as: ClientAs) -> None:
    page = client_as("it_operator").get(f"/admin/cases/{make_refusal(1)}/?lang=en").text
    assert len(set(marks(page))) == 2
    assert 'id="act-choose" name="act" open' in page
    for said in ("Which row is right?", "Personnel number: 9001", "Personnel number: 5001", "مشخصات شما تایید شد"):
        assert said in page
    assert "goes out if nothing else stands against the person" in page


@pytest.mark.usefixtures("rows")
def test_the_chosen_row_counts_and_is_read_on_the_page_of_the_exception(client_as: ClientAs) -> None:
    case_id, desk = make_refusal(1), client_as("it_operator")
    mark = mark_of(desk.get(f"/admin/cases/{case_id}/").text, name_of(1))
    assert desk.post_form(f"/admin/mismatch/{case_id}/choose", {**FORM, "row": mark}).status_code == 303
    assert db.session.get_one(Case, case_id, populate_existing=True).state == "resolved"
    assert "Choose the row that is right" in desk.get(f"/admin/cases/{case_id}/?lang=en").text
    made = db.session.query(Override).one()
    for address in (f"/admin/overrides/{made.id}/?lang=en", "/admin/overrides/?lang=en"):
        page = desk.get(address).text
        assert (name_of(1) in page, "personnel number 5001" in page, mark in page) == (True, True, False)


@pytest.mark.usefixtures("rows")
def test_what_else_is_left_is_told_on_the_same_case(client_as: ClientAs) -> None:
    case_id, desk = make_refusal(1, birth_date="1980-05-22"), client_as("it_operator")
    mark = mark_of(desk.get(f"/admin/cases/{case_id}/").text, name_of(1))
    answer = desk.post_form(f"/admin/mismatch/{case_id}/choose?lang=en", {**FORM, "row": mark})
    assert (answer.status_code, answer.location) == (303, f"/admin/cases/{case_id}/")
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert "What still stands against the person: The birth date differs from HR." in page
    assert "Which row is right?" not in page


@pytest.mark.usefixtures("rows")
def test_a_choice_without_a_row_says_so_in_its_form(client_as: ClientAs) -> None:
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{make_refusal(1)}/choose?lang=en", FORM)
    assert (answer.status_code, "Please choose the row that is right." in answer.text) == (422, True)


@pytest.mark.usefixtures("rows")
def test_the_help_desk_does_not_choose(client_as: ClientAs) -> None:
    case_id, desk = make_refusal(1), client_as("helpdesk")
    assert marks(desk.get(f"/admin/cases/{case_id}/").text) == []
    assert desk.post_form(f"/admin/mismatch/{case_id}/choose", FORM).status_code == 403
