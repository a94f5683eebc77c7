"""The pages of cases: who sees which, deciding, and going on to the next."""

import pytest
import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case, Person
from tests.reconcile.worlds import code, name_of
from tests.views.case_rows import make_case, make_gone, make_two_persons
from tests.views.conftest import ClientAs

DECISION = {"verdict": "different", "reason": "documents", "fingerprint": "f" * 64}


def test_after_a_decision_the_next_case_opens(client_as: ClientAs) -> None:
    first, second = make_case(1), make_case(2)
    desk = client_as("it_operator")
    answer = desk.post_form(f"/admin/cases/{first}/decide", DECISION)
    assert (answer.status_code, answer.location) == (303, f"/admin/cases/{second}/")
    last = desk.post_form(f"/admin/cases/{second}/decide", DECISION)
    assert (last.status_code, last.location) == (303, "/admin/cases/")
    assert db.session.get_one(Case, first).decided_by == "test-it_operator"


def test_a_refused_decision_says_why_and_keeps_what_was_chosen(client_as: ClientAs) -> None:
    number = make_case(1)
    answer = client_as("it_operator").post_form(f"/admin/cases/{number}/decide?lang=en", {**DECISION, "reason": ""})
    assert answer.status_code == 422
    assert "Please choose a reason." in answer.text
    assert 'value="different" required checked' in answer.text


def test_a_case_somebody_took_cannot_be_decided_by_others(client_as: ClientAs) -> None:
    number = make_case(1)
    assert client_as("it_admin").post_form(f"/admin/cases/{number}/take").status_code == 303
    other = client_as("it_operator")
    assert "/decide" not in other.get(f"/admin/cases/{number}/").text
    answer = other.post_form(f"/admin/cases/{number}/decide?lang=en", DECISION)
    assert (answer.status_code, "test-it_admin has already taken this case." in answer.text) == (422, True)


def test_a_liaison_sees_the_cases_of_the_own_source_only(client_as: ClientAs) -> None:
    own, foreign = make_case(1), make_case(2, source="students")
    liaison = client_as("hr_liaison", sources=("hr",))
    page = liaison.get("/admin/cases/").text
    assert (name_of(1) in page, name_of(2) in page) == (True, False)
    assert [liaison.get(f"/admin/cases/{number}/").status_code for number in (own, foreign)] == [200, 404]
    assert "/decide" not in liaison.get(f"/admin/cases/{own}/").text


@pytest.mark.parametrize("query", ["kind=NOSUCH", "state=x&days=99", "mine=yes&days=7", "source=nosuch&page=-3"])
def test_odd_filters_are_answered(client_as: ClientAs, query: str) -> None:
    make_case(1)
    assert client_as("auditor").get(f"/admin/cases/?{query}").status_code == 200


def test_codes_are_masked_until_they_are_asked_for(client_as: ClientAs) -> None:
    number = make_case(1)
    code = db.session.get_one(Case, number).national_code or ""
    desk = client_as("it_operator")
    assert code not in desk.get(f"/admin/cases/{number}/").text
    assert desk.post_form(f"/admin/cases/{number}/unmask").status_code == 303
    assert code in desk.get(f"/admin/cases/{number}/").text


def test_a_vanished_account_can_be_made_anew_after_a_fresh_login_only(client_as: ClientAs) -> None:
    number = make_gone(1)
    page = client_as("it_operator").get(f"/admin/cases/{number}/?lang=en").text
    assert ("Make the account anew" in page, "no password" in page) == (True, True)
    stale = client_as("it_operator", name="stale", fresh=False)
    again = stale.post_form(f"/admin/cases/{number}/decide", {**DECISION, "verdict": "recreate"})
    assert (again.status_code, again.location.startswith("/admin/login/again")) == (303, True)
    assert db.session.get_one(Case, number).state == "new"


def test_before_two_persons_are_made_one_both_are_shown(client_as: ClientAs) -> None:
    number = make_two_persons(1, 2)
    desk = client_as("it_operator")
    page = desk.get(f"/admin/cases/{number}/?lang=en").text
    assert ("The register knows two persons" in page, 'value="merge"' in page) == (True, True)
    assert (name_of(1) in page, name_of(2) in page, code(2) in page) == (True, True, False)
    assert 'value="approve"' not in page
    assert desk.post_form(f"/admin/cases/{number}/decide", {**DECISION, "verdict": "merge"}).status_code == 303
    assert db.session.get_one(Case, number).verdict == "merge"
    assert "/reopen" not in desk.get(f"/admin/cases/{number}/").text


def test_the_old_address_of_a_merged_person_leads_to_the_one_who_stayed(client_as: ClientAs) -> None:
    number, desk = make_two_persons(1, 2), client_as("it_operator")
    stays, goes = db.session.scalars(sa.select(Person.id).order_by(Person.id))
    desk.post_form(f"/admin/cases/{number}/decide", {**DECISION, "verdict": "merge"})
    answer = client_as("helpdesk").get(f"/admin/people/{goes}/")
    assert (answer.status_code, answer.location) == (303, f"/admin/people/{stays}/")
    assert desk.get("/admin/people/99/").status_code == 404
