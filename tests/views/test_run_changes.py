"""Applying a run from its page, the results, undo, the inverse as a file."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import AuditEntry, Operation
from backoffice.rules.errors import RefusedError
from backoffice.services.directory_work import NOT_REACHED
from tests.factories import make_run
from tests.views.conftest import ClientAs

UPDATE: dict[str, Any] = {"plan": [{"kind": "update", "csn": "1", "old": {"unit": "a"}, "new": {"unit": "b"}}]}
HELD: dict[str, Any] = {"situation": "DECEASED", "plan": [{"kind": "disable", "held": True}]}
HOLD = {
    "kind": "disable", "source": "hr", "planned": 1, "limit": 0, "why": "", "cause": "", "values": {},
    "message": "first run",
}  # fmt: skip
LIMITS = [{"kind": "update", "source": "hr", "limit": 50}, {"kind": "disable", "source": "hr", "limit": 5}]
APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "trust": APPROVE}


@pytest.fixture
def run(app: Flask) -> int:
    """Three updates that may be applied, one disabling that is held."""
    return make_run([UPDATE, UPDATE, UPDATE, HELD], held=[HOLD], limits=LIMITS)


def page_of(run: int, query: str = "") -> str:
    return f"/admin/reconciliation/{run}/?lang=en{query}"


def end(outcome: str = "done", detail: str = "") -> None:
    """Let everything in the queue end, as the worker would store it."""
    with writing() as session:
        for operation in session.scalars(sa.select(Operation).where(Operation.state == "pending")):
            operation.state, operation.outcome, operation.finished_at = "done", outcome, clock.now()
            operation.changes = [{"attribute": "ou", "remove": ["a"], "add": ["b"]}] if outcome == "done" else []
            operation.detail = detail


def test_the_page_says_what_would_be_applied_and_what_not_and_why(client_as: ClientAs, run: int) -> None:
    page = client_as("it_operator").get(page_of(run)).text
    assert "3 changes can be applied now." in page
    assert "Apply the plan" in page
    assert "1 held" in " ".join(page.split())


def test_apply_puts_exactly_the_free_rows_into_the_queue_once(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    answer = client.post_form(f"/admin/changes/{run}/apply")
    assert (answer.status_code, answer.location) == (303, f"/admin/reconciliation/{run}/")
    client.post_form(f"/admin/changes/{run}/apply")
    queued = db.session.scalars(sa.select(Operation)).all()
    assert [(o.kind, o.requested_by) for o in queued] == [("update", "test-it_operator")] * 3
    acts = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "reconcile:run:applied")
    assert db.session.scalar(acts) == 1


def test_why_changes_wait_is_said_on_the_first_page_and_on_that_of_the_run(client_as: ClientAs, run: int) -> None:
    client, why = client_as("it_operator"), "The directory stopped at its size limit; the read is incomplete."
    client.post_form(f"/admin/changes/{run}/apply")
    with writing() as session:
        session.execute(sa.update(Operation).values(detail=NOT_REACHED, values=RefusedError(why).because))
    assert why in client.get(f"/admin/changes/{run}/state?lang=en").get_json()["words"]
    for page in (client.get(page_of(run)).text, client.get("/admin/?lang=en").text):
        assert f"Waits: {why}" in page
    assert "3 changes in the directory wait" in client.get("/admin/?lang=en").text
    assert "دایرکتوری به سقف تعداد خود رسید" in client.get("/admin/?lang=fa").text


def test_while_it_runs_the_page_follows_and_reloads_without_javascript(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/changes/{run}/apply")
    page = client.get(page_of(run)).text
    assert '<progress id="changes-progress" value="0" max="3">' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    state = client.get(f"/admin/changes/{run}/state?lang=en").json
    assert state == {"state": "working", "done": 0, "total": 3, "words": "0 of 3 have ended"}
    end()
    assert client.get(f"/admin/changes/{run}/state").get_json()["state"] == "idle"
    assert "http-equiv" not in client.get(page_of(run)).text


def test_a_weighty_act_needs_a_fresh_login(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator", fresh=False)
    for act in ("apply", "undo", "inverse"):
        assert client.post_form(f"/admin/changes/{run}/{act}").location.startswith("/admin/login/again")
    assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0


def test_the_results_say_how_each_row_ended_and_why(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/changes/{run}/apply")
    end("stale", "The entry is no longer in the directory.")
    page = client.get(f"/admin/changes/{run}/results/?lang=en").text
    assert page.count("The entry is no longer in the directory.") == 3
    assert "changed since the plan" in page
    assert "No row ended like this" in client.get(f"/admin/changes/{run}/results/?lang=en&outcome=failed").text


def test_ticked_rows_are_taken_back_and_the_rest_stands(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/changes/{run}/apply")
    end()
    client.post_form(f"/admin/changes/{run}/undo", {"rowid": ["1", "3"]})
    page = client.get(f"/admin/changes/{run}/results/?outcome=undoing&lang=en").text
    assert page.count('class="pill pill-info">being taken back</span>') == 2
    end()
    page = client.get(page_of(run)).text
    assert "1 changes of this run stand in the directory." in page
    assert "2 taken back" in " ".join(page.split())


def test_without_a_tick_nothing_is_taken_back(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/changes/{run}/apply")
    end()
    for fields in ({}, {"rowid": "x"}, {"scope": "rows"}):
        assert client.post_form(f"/admin/changes/{run}/undo", fields).location.endswith("/results/")
    assert db.session.scalar(sa.select(sa.func.count(Operation.id)).where(Operation.undo_of.is_not(None))) == 0


def test_everything_is_taken_back_at_once(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    client.post_form(f"/admin/changes/{run}/apply")
    end()
    client.post_form(f"/admin/changes/{run}/undo", {"scope": "all"})
    assert db.session.scalar(sa.select(sa.func.count(Operation.id)).where(Operation.undo_of.is_not(None))) == 3


def test_the_inverse_is_a_file(client_as: ClientAs, run: int) -> None:
    client = client_as("it_operator")
    assert client.post_form(f"/admin/changes/{run}/inverse").status_code == 303
    client.post_form(f"/admin/changes/{run}/apply")
    end()
    answer = client.post_form(f"/admin/changes/{run}/inverse")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="undo-run-{run}.ldif"'
    assert "delete: ou\nou: b\n-\nadd: ou\nou: a\n-\n" in answer.text


def test_an_overtaken_plan_names_the_newer_one_and_offers_no_apply(client_as: ClientAs, run: int) -> None:
    newer = make_run(started_at=clock.now() + dt.timedelta(seconds=1))
    client = client_as("it_operator")
    page = client.get(page_of(run)).text
    assert f"Run {newer} is newer; only its plan can be applied." in page
    assert "Apply the plan" not in page
    client.post_form(f"/admin/changes/{run}/apply")
    assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0


def test_an_auditor_sees_the_results_and_no_button(client_as: ClientAs, run: int) -> None:
    client = client_as("auditor")
    page = client.get(page_of(run)).text
    assert "Apply the plan" not in page
    assert client.get(f"/admin/changes/{run}/results/").status_code == 200


class TestObserving:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"policy": {"mode": "observe"}, "trust": APPROVE}

    def test_in_observe_mode_the_page_says_so_and_nothing_is_applied(self, client_as: ClientAs, run: int) -> None:
        client = client_as("it_admin")
        assert "In observe mode nothing is applied." in client.get(page_of(run)).text
        client.post_form(f"/admin/changes/{run}/apply")
        assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0


class TestReportOnly:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"policy": {"mode": "act"}, "trust": {**APPROVE, "disable": "report"}}

    def test_a_hold_is_explained_even_where_nothing_could_be_applied_anyway(
        self, client_as: ClientAs, run: int
    ) -> None:
        page = client_as("it_operator").get(page_of(run)).text
        assert "1 only reported" in page
        assert "This is the first run of this source." in page
