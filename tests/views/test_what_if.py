"""The page of a plan under other limits, and the list of the three-way check."""

from flask import Flask

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Discrepancy
from backoffice.reconcile.three_way import DETAILS
from tests.services.test_what_if import overrides, plan
from tests.views.conftest import ClientAs

__all__ = ["overrides"]


def test_the_page_shows_both_sides(app: Flask, client_as: ClientAs) -> None:
    plan(app)
    run = plan(app, moved=4)
    page = client_as("it_operator").get(f"/admin/what-if/{run.id}/?lang=en&update_min=4").text
    assert ">held<" in page
    assert ">passes<" in page
    assert 'value="4"' in page


def test_nonsense_in_the_address_changes_nothing(app: Flask, client_as: ClientAs) -> None:
    plan(app)
    run = plan(app, moved=1)
    query = "update_min=x&update_share=NaN&disable_min=-1&warn_share=1e9"
    answer = client_as("auditor").get(f"/admin/what-if/{run.id}/?lang=en&{query}")
    assert answer.status_code == 200
    assert client_as("auditor").get("/admin/what-if/99/").status_code == 404


def test_differences_are_listed_in_words(app: Flask, client_as: ClientAs) -> None:

    with writing() as session:
        session.add(Discrepancy(
            kind="enabled_again", directory="main", subject="entry:1", username="m.karimi", dn="uid=m.karimi,dc=x",
            detail=DETAILS["enabled_again"], first_seen_at=clock.now(), last_seen_at=clock.now(),
        ))  # fmt: skip
    page = client_as("auditor").get("/admin/three-way/?lang=en").text
    assert "somebody else has enabled it again" in page
    assert "m.karimi" in page
