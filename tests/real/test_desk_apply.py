"""From the page of a run to a real directory and back."""

from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.services import reconciliation
from tests.directories import content
from tests.real.test_apply import overrides, planned, server, work_off
from tests.views.conftest import ClientAs, client_as, pages

__all__ = ["client_as", "overrides", "pages", "server"]


def test_a_plan_is_applied_and_taken_back_with_the_buttons_of_the_desk(
    app: Flask, server: LocalSlapd, client_as: ClientAs
) -> None:
    before, run = content(server), planned(app)
    client, page = client_as("it_operator"), f"/admin/reconciliation/{run.id}/?lang=en"
    client.post_form(f"/admin/changes/{run.id}/apply")
    assert content(server) == before
    work_off(app)
    assert "7 changes of this run stand in the directory." in client.get(page).text
    assert reconciliation.plan(actor="tester", settings=settings_of(app)).actions == {}
    client.post_form(f"/admin/changes/{run.id}/undo", {"scope": "all"})
    work_off(app)
    assert content(server) == before
    assert "2 taken back" in " ".join(client.get(page).text.split())
