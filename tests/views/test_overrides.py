"""The pages of exceptions: who makes one, from where, and who gets the correction file."""

import pytest

from backoffice.extensions import db
from backoffice.models import Override
from backoffice.rules import overrides as rules
from tests.factories import make_person, make_run
from tests.reconcile.worlds import code, name_of
from tests.views.case_rows import make_case
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM = {"kind": "attribute", "field": "unit", "value": "امور مالی", "reason": "moved in Mehr", "days": "30"}


def made() -> Override:
    return db.session.query(Override).one()


@pytest.mark.parametrize("place", ["case", "finding", "person"])
def test_an_exception_is_made_from_a_case_a_finding_or_a_person(client_as: ClientAs, place: str) -> None:
    context = {
        "case": lambda: {"case": make_case(7)},
        "finding": lambda: {"run": make_run([{"number": 7}]), "row": 1},
        "person": lambda: {"person": make_person(7)},
    }[place]()
    desk = client_as("it_operator")
    query = "&".join(f"{name}={value}" for name, value in context.items())
    page = desk.get(f"/admin/overrides/new?{query}").text
    assert name_of(7) in page
    assert code(7) not in page
    answer = desk.post_form("/admin/overrides/new", {**FORM, **context})
    row = made()
    assert (answer.status_code, answer.location) == (303, f"/admin/overrides/{row.id}/")
    assert (row.national_code, row.source, row.owner) == (code(7), "hr", "test-it_operator")
    assert row.case_id == context.get("case")


def test_a_code_can_be_typed(client_as: ClientAs) -> None:
    desk = client_as("it_operator")
    typed = {**FORM, "national_code": code(9), "source": "hr"}
    assert desk.post_form("/admin/overrides/new?lang=en", {**typed, "national_code": "1"}).status_code == 422
    assert desk.post_form("/admin/overrides/new", typed).status_code == 303
    assert made().national_code == code(9)


def test_a_refused_form_keeps_what_was_typed(client_as: ClientAs) -> None:
    answer = client_as("it_operator").post_form(
        "/admin/overrides/new?lang=en", {**FORM, "case": make_case(7), "days": "61"}
    )
    assert answer.status_code == 422
    assert 'value="امور مالی"' in answer.text
    assert "60 at most" in answer.text


def test_an_identity_is_accepted_only_with_its_registration(client_as: ClientAs) -> None:
    form = {**FORM, "kind": rules.IDENTITY, "field": "last_name", "case": make_case(7)}
    assert client_as("it_operator").post_form("/admin/overrides/new", form).status_code == 422


def test_it_is_taken_back_with_a_reason(client_as: ClientAs) -> None:
    desk = client_as("it_operator")
    desk.post_form("/admin/overrides/new", {**FORM, "case": make_case(7)})
    path = f"/admin/overrides/{made().id}/"
    assert desk.post_form(f"{path}end", {"reason": ""}).status_code == 422
    assert desk.post_form(f"{path}end", {"reason": "HR was right"}).status_code == 303
    assert "HR was right" in desk.get(f"{path}?lang=en").text


def test_a_liaison_sees_the_exceptions_of_own_sources_and_makes_none(client_as: ClientAs) -> None:
    client_as("it_operator").post_form("/admin/overrides/new", {**FORM, "case": make_case(7)})
    path = f"/admin/overrides/{made().id}/"
    own, foreign = (
        client_as("hr_liaison", sources=("hr",)),
        client_as("hr_liaison", sources=("students",), name="other"),
    )
    assert [desk.get(path).status_code for desk in (own, foreign)] == [200, 404]
    assert "امور مالی" in own.get("/admin/overrides/").text
    assert "امور مالی" not in foreign.get("/admin/overrides/").text
    assert own.get("/admin/overrides/new").status_code == 403
    assert foreign.post_form("/admin/overrides/corrections", {"source": "hr"}).status_code == 404
