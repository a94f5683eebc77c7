"""Releasing on the desk: who sees what, whose turn it is, and tricks with the forms."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Release
from tests.services.test_release import plan
from tests.views.conftest import ClientAs

APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}
LIST = "/admin/releases/?lang=en"


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "trust": APPROVE}


@pytest.fixture
def run(app: Flask) -> int:
    return plan("disable", "disable", "update")


def releases() -> int:
    return db.session.scalar(sa.select(sa.func.count(Release.id))) or 0


def form(**fields: object) -> dict[str, object]:
    return {"reason": "I rang HR", "scope": "all", **fields}


def test_without_a_hold_the_page_says_so(client_as: ClientAs) -> None:
    assert "Nothing is held" in client_as("it_operator").get(LIST).text


def test_the_first_and_the_second_person_are_told_their_turn(client_as: ClientAs, run: int) -> None:
    first, second = client_as("it_operator", name="anna"), client_as("it_operator", name="bella")
    assert "Release 2 rows as the first of two" in first.get(LIST).text
    disabling = form(scope="kind", kind="disable", source="hr")
    assert first.post_form(f"/admin/releases/{run}/release", disabling).status_code == 303
    assert "a second person must do so too" in first.get(LIST).text
    page = second.get(LIST).text
    assert "Release 2 rows as the second person" in page
    assert "anna" in page
    assert "Waiting for you as the second person" in second.get("/admin/?lang=en").text
    assert "Waiting for you as the second person" not in first.get("/admin/?lang=en").text
    second.post_form(f"/admin/releases/{run}/release", disabling)
    assert "2 changes can be applied now." in first.get(f"/admin/reconciliation/{run}/?lang=en").text


def test_only_the_ticked_rows_are_released(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/releases/{run}/release", form(scope="rows", rowid=["3"]))
    page = client.get(f"/admin/releases/{run}/?kind=update&source=hr&lang=en").text
    assert "released" in page
    assert len(db.session.scalars(sa.select(Release)).one().rows) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "rows", "kind": "disable"},
        {"scope": "rows", "rowid": "x"},
        {"scope": "rows", "rowid": "99"},
        {"scope": "kind", "kind": "nosuch"},
        {"scope": "kind", "kind": "disable", "source": "other"},
        {"scope": ""},
        {"reason": "  "},
    ],
)
def test_a_form_that_chooses_nothing_sensible_releases_nothing(
    client_as: ClientAs, run: int, fields: dict[str, object]
) -> None:
    query = "?kind=disable&source=hr" if fields.get("scope") == "rows" else ""
    answer = client_as("it_operator").post_form(f"/admin/releases/{run}/release{query}", form(**fields))
    assert (answer.status_code, releases()) == (422, 0)


def test_a_release_needs_a_fresh_login(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator", fresh=False)
    assert "Confirm that it is you" in client.get(LIST).text
    assert client.post_form(f"/admin/releases/{run}/release", form()).location.startswith("/admin/login/again")
    assert releases() == 0


def test_the_same_person_twice_is_refused_with_the_sentence(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    fields = form(scope="kind", kind="disable", source="hr")
    client.post_form(f"/admin/releases/{run}/release", fields)
    answer = client.post_form(f"/admin/releases/{run}/release?lang=en", fields)
    assert answer.status_code == 422
    assert "a second person must do so too" in answer.text
    assert releases() == 1


def test_a_rerun_of_somebody_elses_approval_for_another_plan_is_not_found(client_as: ClientAs, run: int) -> None:
    client_as("it_operator", name="anna").post_form(f"/admin/releases/{run}/release", form())
    newer = plan("disable", plan_hash="b" * 64)
    answer = client_as("it_operator", name="bella").post_form(f"/admin/releases/{run}/release", form())
    assert (answer.status_code, releases()) == (422, 1)
    assert "as the first of two" in client_as("it_operator", name="bella").get(LIST).text
    assert newer


def test_a_liaison_is_the_second_person_for_own_sources_only(client_as: ClientAs, run: int) -> None:
    own, other = (
        client_as("hr_liaison", sources=("hr",), name="own"),
        client_as("hr_liaison", sources=("x",), name="no"),
    )
    assert "only be the second person" in own.get(LIST).text
    assert own.post_form(f"/admin/releases/{run}/release", form()).status_code == 422
    client_as("it_operator").post_form(f"/admin/releases/{run}/release", form())
    assert "Release 2 rows as the second person" in own.get(LIST).text
    assert "Nothing is held" in other.get(LIST).text
    assert other.get(f"/admin/releases/{run}/?kind=disable&source=hr").status_code == 404
    assert other.post_form(f"/admin/releases/{run}/release", form()).status_code == 404
    assert own.post_form(f"/admin/releases/{run}/release", form()).status_code == 303
    assert releases() == 2


def test_an_auditor_reads_and_cannot_release(client_as: ClientAs, run: int) -> None:
    client = client_as("auditor")
    page = client.get(LIST).text
    assert "Your role may look at this, but not decide." in page
    assert "Release 2 rows" not in page
    assert client.post_form(f"/admin/releases/{run}/release", form()).status_code == 403
