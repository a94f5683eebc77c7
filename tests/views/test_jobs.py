"""The screens of jobs."""

import datetime as dt

import pytest

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry, JobState
from tests.factories import make_job_run
from tests.views.conftest import ClientAs


def test_every_job_is_listed_with_its_last_and_next_run(client_as: ClientAs) -> None:
    began = clock.now() - dt.timedelta(hours=3)
    make_job_run(counts={"runs": 12}, started_at=began, finished_at=began + dt.timedelta(seconds=30))
    page = client_as("auditor").get("/admin/jobs/?lang=en").text
    for part in ("never yet", "3 hours ago", "30 seconds", "Done"):
        assert part in page
    assert "/run" not in page


def test_a_failed_run_says_why_in_the_language_of_the_page(client_as: ClientAs) -> None:
    make_job_run("reconcile", status="failed", detail="The directory does not answer.")
    assert "دایرکتوری پاسخ نمی‌دهد." in client_as("it_operator").get("/admin/jobs/").text


@pytest.mark.parametrize(("fields", "dry"), [({}, False), ({"dry_run": "1"}, True)])
def test_a_job_is_requested_for_real_or_dry(client_as: ClientAs, fields: dict[str, object], dry: bool) -> None:
    desk = client_as("it_operator")
    assert desk.post_form("/admin/jobs/housekeeping/run", fields).status_code == 303
    state = db.session.get_one(JobState, "housekeeping")
    assert (state.requested_by, state.requested_dry_run) == ("test-it_operator", dry)
    assert db.session.query(AuditEntry).one().action == "jobs:job:requested"
    page = desk.get("/admin/jobs/?lang=en").text
    assert 'data-state="busy' in page
    assert '"/admin/jobs/housekeeping/run"' not in page


def test_a_second_request_is_refused_in_words(client_as: ClientAs) -> None:
    desk = client_as("it_operator")
    desk.post_form("/admin/jobs/housekeeping/run")
    desk.post_form("/admin/jobs/housekeeping/run")
    assert "پیش‌تر درخواست شده است" in desk.get("/admin/jobs/").text
    assert db.session.query(AuditEntry).count() == 1


def test_one_job_shows_its_last_runs(client_as: ClientAs) -> None:
    make_job_run(started_by="schedule")
    make_job_run(started_by="amiri", dry_run=True)
    page = client_as("it_operator").get("/admin/jobs/housekeeping/?lang=en").text
    assert page.index("amiri") < page.index("by the schedule")
    assert "dry run" in page


def test_the_state_changes_with_a_request_and_with_the_end_of_a_run(client_as: ClientAs) -> None:
    desk = client_as("it_operator")
    states = [desk.get("/admin/jobs/state").json]
    desk.post_form("/admin/jobs/housekeeping/run")
    states.append(desk.get("/admin/jobs/state").json)
    make_job_run(status="running", finished_at=None)
    states.append(desk.get("/admin/jobs/state").json)
    assert len({str(state) for state in states}) == 3


@pytest.mark.parametrize("name", ["nosuch", "1,2"])
def test_a_job_that_is_not_there_is_not_found(client_as: ClientAs, name: str) -> None:
    desk = client_as("it_operator")
    assert desk.get(f"/admin/jobs/{name}/").status_code == 404
    assert desk.post_form(f"/admin/jobs/{name}/run").status_code == 404
