"""The work list: what each person finds on the first page."""

import datetime as dt
from typing import Any

from backoffice import clock
from tests.factories import make_registration, make_run, make_snapshot
from tests.views.conftest import ClientAs

DEAD: dict[str, Any] = {"situation": "DECEASED", "person_name": "منوچهر کیهانی"}


def test_before_the_first_file_the_page_says_what_to_do_first(client_as: ClientAs) -> None:
    page = client_as("it_operator").get("/admin/?lang=en").text
    assert page.index("Upload an HR export") < page.index("Start a run") < page.index("Read what it found")
    assert "no file yet" in page
    assert 'action="/admin/reconciliation/start"' not in page


def test_with_a_file_and_no_run_the_next_step_is_a_run(client_as: ClientAs) -> None:
    make_snapshot()
    page = client_as("it_operator").get("/admin/").text
    assert 'action="/admin/reconciliation/start"' in page


def test_the_severe_are_named_before_all_else(client_as: ClientAs) -> None:
    make_snapshot()
    run_id = make_run([{"situation": "ORPHAN"}, DEAD, {"situation": "ROW_CONFLICT"}, {"situation": "DRIFT"}])
    page = client_as("it_operator").get("/admin/?lang=en").text
    parts = ("Look at these first", "منوچهر کیهانی", "Waiting for a decision", "For HR to mend", "Also found:")
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    assert f"/admin/reconciliation/{run_id}/findings/2/?situation=DECEASED" in page


def test_a_held_file_and_a_held_kind_wait_for_a_decision(client_as: ClientAs) -> None:
    held = make_snapshot(status="held", gates=[{"gate": "rows", "message": "", "params": {}, "detail": "x"}])
    make_run(held=[{"kind": "disable", "source": "hr", "planned": 9, "limit": 5, "why": "too many", "message": "",
                    "cause": "", "values": {}}])  # fmt: skip
    page = client_as("it_operator").get("/admin/?lang=en").text
    assert f'href="/admin/hr/file/{held}/"' in page
    assert "Held: Disable" in page
    assert "Nothing waits for you" not in page


def test_a_stale_source_is_said(client_as: ClientAs) -> None:
    make_snapshot(at=clock.now() - dt.timedelta(days=9))
    assert "stale: " in client_as("it_operator").get("/admin/?lang=en").text


def test_a_worker_that_does_not_run_is_said(client_as: ClientAs) -> None:
    assert "The worker does not run" in client_as("it_operator").get("/admin/?lang=en").text


def test_a_failed_newest_run_is_said_beside_the_plan_before(client_as: ClientAs) -> None:
    make_snapshot()
    make_run([DEAD])
    make_run(status="failed", plan_hash=None)
    page = client_as("it_operator").get("/admin/?lang=en").text
    assert "The newest run brought no plan" in page
    assert "منوچهر کیهانی" in page


def test_when_all_is_well_the_page_says_so(client_as: ClientAs) -> None:
    make_snapshot()
    make_run([{"situation": "DRIFT"}])
    assert "Nothing waits for you" in client_as("auditor").get("/admin/?lang=en").text


def test_a_liaison_sees_own_sources_and_no_finding(client_as: ClientAs) -> None:
    make_snapshot(status="held", gates=[])
    make_run([DEAD])
    page = client_as("hr_liaison", sources=("other",)).get("/admin/").text
    assert "کیهانی" not in page
    assert "/admin/hr/file/" not in page


def test_the_help_desk_is_led_to_the_search(client_as: ClientAs) -> None:
    make_run([DEAD])
    page = client_as("helpdesk").get("/admin/?lang=en").text
    assert "Whom are you looking for?" in page
    assert "کیهانی" not in page


def test_a_manager_sees_nothing_personal(client_as: ClientAs) -> None:
    make_run([DEAD])
    assert "کیهانی" not in client_as("manager").get("/admin/").text


def test_registrations_that_wait_for_an_inquiry_are_said_to_whoever_is_asked_about_them(client_as: ClientAs) -> None:
    make_registration(1, state="waiting_service")
    make_registration(2, state="waiting_service")
    told = "2 registrations wait (the first"
    assert [told in client_as(role).get("/admin/?lang=en").text for role in ("it_operator", "helpdesk")] == [True] * 2
    assert told not in client_as("hr_liaison").get("/admin/?lang=en").text
    assert 'href="/admin/jobs/inquiries/"' in client_as("it_operator").get("/admin/").text
    queues = client_as("it_operator").get("/admin/system/?lang=en").text.split("<h2>Queues")[1].split("<h2>")[0]
    assert "Registrations that wait for a service" in queues
