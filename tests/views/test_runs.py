"""The screens of reconciliation: the list, a run, its findings, one finding."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import AuditEntry, DirectoryAcceptance, JobState
from tests.factories import entry_evidence, hr_evidence, make_run, make_snapshot
from tests.reconcile.worlds import code
from tests.views.conftest import ClientAs

HOLD = {
    "kind": "disable", "source": "hr", "planned": 214, "limit": 40, "why": "214 planned, at most 40 allowed",
    "message": "%(planned)d planned, at most %(limit)d allowed", "cause": "", "values": {"planned": 214, "limit": 40},
}  # fmt: skip
DEAD: dict[str, Any] = {
    "situation": "DECEASED", "person_name": "منوچهر کیهانی", "plan": [{"kind": "disable", "held": True}],
}  # fmt: skip
DRIFT: dict[str, Any] = {
    "situation": "DRIFT", "tier": "T0",
    "differences": [{"field": "last_name", "hr": "رضایی", "directory": "رضانی", "kind": "one_edit"}],
    "spelling": [{"field": "title", "hr": "کارشناس", "directory": "كارشناس", "kind": "yeh_kaf"}],
    "evidence": {
        "hr": hr_evidence(2, last_name="رضایی"), "entries": [entry_evidence(2, last_name="رضانی", title="كارشناس")],
    },
    "plan": [{"kind": "update", "old": {"last_name": "رضانی"}, "new": {"last_name": "رضایی"}}],
}  # fmt: skip


def test_without_a_run_the_list_says_what_to_do_first(client_as: ClientAs) -> None:
    page = client_as("it_operator").get("/admin/reconciliation/?lang=en").text
    assert "There has been no run yet" in page
    assert "First upload an HR export" in page


def test_the_list_names_the_most_urgent_situations(client_as: ClientAs) -> None:
    make_run([DEAD, {}])
    page = client_as("it_operator").get("/admin/reconciliation/?lang=en").text
    assert "Deceased" in page
    assert "Different details" not in page


def test_a_run_shows_the_severe_first_and_explains_each_hold(client_as: ClientAs) -> None:
    run_id = make_run([DRIFT, DEAD], held=[HOLD], actions={"update": 1, "disable": 1})
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/?lang=en").text
    assert page.index("Look at these first") < page.index("Plan of changes") < page.index("All situations")
    assert "214 times «Disable» stopped (limit: 40)." in page
    assert "None of them is carried out." in page
    assert "HR says the person has died" in page


def test_a_first_run_says_why_everything_waits(client_as: ClientAs) -> None:
    run_id = make_run([DEAD], held=[{**HOLD, "message": "first run", "values": {}}], actions={"disable": 1})
    page = client_as("auditor").get(f"/admin/reconciliation/{run_id}/").text
    assert "این نخستین نوبت این منبع است" in page


def test_a_run_names_its_files_with_their_fingerprint(client_as: ClientAs) -> None:
    snapshot = make_snapshot(file_name="staff-1405.csv", sha256="ab" * 32)
    page = client_as("it_operator").get(f"/admin/reconciliation/{make_run(snapshots={'hr': snapshot})}/").text
    assert "staff-1405.csv" in page
    assert "abababababab…" in page


def test_a_failed_run_says_why_in_the_language_of_the_page(client_as: ClientAs) -> None:
    run_id = make_run(status="failed", error="The directory does not answer.", plan_hash=None)
    assert "دایرکتوری پاسخ نمی‌دهد." in client_as("it_operator").get(f"/admin/reconciliation/{run_id}/").text


def test_a_held_run_shows_the_gate(client_as: ClientAs) -> None:
    gate = {"gate": "directory", "message": "", "params": {}, "detail": "the directory has 10 entries"}
    run_id = make_run(status="held", gates=[gate], plan_hash=None, situations={})
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/").text
    assert "the directory has 10 entries" in page
    assert "طرح تغییرات" not in page


def test_a_directory_that_shrank_can_be_accepted_by_name_and_reason(client_as: ClientAs) -> None:
    gate = {"gate": "directory", "message": "", "params": {}, "detail": "fewer"}
    run_id = make_run(status="held", gates=[gate], plan_hash=None, situations={}, directory_entries=4000)
    desk, path = client_as("it_operator"), f"/admin/reconciliation/{run_id}/"
    assert 'name="reason"' in desk.get(path).text
    assert 'name="reason"' not in client_as("auditor").get(path).text
    refused = desk.post_form(f"{path}accept-directory?lang=en", {"reason": " "})
    assert (refused.status_code, "Please give a reason." in refused.text) == (422, True)
    assert desk.post_form(f"{path}accept-directory", {"reason": "students moved"}).status_code == 303
    found = db.session.query(DirectoryAcceptance).one()
    assert (found.entries, found.by, found.reason) == (4000, "test-it_operator", "students moved")


def test_accepting_a_directory_needs_a_fresh_login(client_as: ClientAs) -> None:
    gate = {"gate": "directory", "message": "", "params": {}, "detail": "fewer"}
    run_id = make_run(status="held", gates=[gate], plan_hash=None)
    answer = client_as("it_operator", fresh=False).post_form(
        f"/admin/reconciliation/{run_id}/accept-directory", {"reason": "x"}
    )
    assert "/admin/login/again" in answer.location


def test_findings_are_sentences_with_name_and_account(client_as: ClientAs) -> None:
    run_id = make_run([DEAD, DRIFT])
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/findings/?lang=en").text
    assert '<bdi>منوچهر کیهانی</bdi> has died, but the account <bdi dir="ltr">u1</bdi> is still enabled.' in page
    assert "رضانی" in page


def test_findings_can_be_filtered_and_an_unknown_filter_is_said(client_as: ClientAs) -> None:
    run_id = make_run([DEAD, DRIFT])
    desk = client_as("it_operator")
    assert "کیهانی" not in desk.get(f"/admin/reconciliation/{run_id}/findings/?situation=DRIFT").text
    strange = desk.get(f"/admin/reconciliation/{run_id}/findings/?situation=DROP&held=maybe&lang=en")
    assert strange.status_code == 200
    assert "That filter was not understood." in strange.text
    assert "کیهانی" in strange.text


def test_a_finding_marks_the_letters_that_differ_and_names_the_class(client_as: ClientAs) -> None:
    run_id = make_run([DRIFT])
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/findings/1/?lang=en").text
    assert 'رضا<mark class="diff diff-other">ن</mark>ی' in page
    assert "one letter differs" in page
    assert '<mark class="diff diff-folded">ك</mark>ارشناس' in page
    assert "Arabic or Persian yeh and kaf" in page
    assert "by the link our register has stored" in page
    assert "uid=u1,ou=people,dc=x" in page


def test_an_account_with_two_codes_shows_both_masked(client_as: ClientAs) -> None:
    both = entry_evidence(3, username="a.mohammadi", national_code=f"{code(3)}\x1f{code(4)}")
    shared = {"situation": "AMBIGUOUS", "number": 3, "evidence": {"hr": hr_evidence(3), "entries": [both]}}
    run_id = make_run([shared])
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/findings/1/?lang=en").text
    assert "also: 000•••••43" in page
    assert "(personnel number" in page


def test_next_and_previous_keep_the_filter(client_as: ClientAs) -> None:
    run_id = make_run([DRIFT, DEAD, DRIFT])
    page = client_as("it_operator").get(f"/admin/reconciliation/{run_id}/findings/1/?situation=DRIFT").text
    assert f"/admin/reconciliation/{run_id}/findings/3/?situation=DRIFT" in page
    assert f"/admin/reconciliation/{run_id}/findings/2/" not in page


def test_codes_are_masked_until_somebody_asks_and_that_is_recorded(client_as: ClientAs) -> None:
    run_id = make_run([DRIFT])
    desk, path = client_as("it_operator"), f"/admin/reconciliation/{run_id}/findings/1/"
    assert code(2) not in desk.get(path).text
    assert "09123456789" not in desk.get(path).text
    assert desk.post_form(f"{path}unmask").status_code == 303
    assert code(2) in desk.get(path).text
    assert "09123456789" in desk.get(path).text
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject) == ("person:code:unmasked", f"finding:{run_id}/1")


def test_unmasking_needs_a_fresh_login_and_the_right(client_as: ClientAs) -> None:
    path = f"/admin/reconciliation/{make_run([DRIFT])}/findings/1/unmask"
    again = client_as("it_operator", fresh=False).post_form(path)
    assert again.status_code == 303
    assert "/admin/login/again" in again.location
    assert client_as("auditor").post_form(path).status_code == 403
    assert db.session.query(AuditEntry).count() == 0


def test_a_run_is_requested_from_the_worker(app: Flask, client_as: ClientAs) -> None:
    room = app.extensions["jobs"]
    job = replace(room.jobs["housekeeping"], name="reconcile")
    app.extensions["jobs"] = replace(room, jobs={**room.jobs, "reconcile": job})
    desk = client_as("it_operator")
    assert desk.post_form("/admin/reconciliation/start").status_code == 303
    assert db.session.get_one(JobState, "reconcile").requested_by == "test-it_operator"
    page = desk.get("/admin/reconciliation/?lang=en").text
    assert 'data-state="requested"' in page
    assert "/admin/reconciliation/start" not in page
    assert desk.get("/admin/reconciliation/state").json == {"state": "requested"}


def test_the_state_tells_a_run_under_way_from_one_that_ended(client_as: ClientAs) -> None:
    desk, run_id = client_as("auditor"), make_run(status="running", finished_at=None)
    assert desk.get("/admin/reconciliation/state").json == {"state": f"running:{run_id}"}
    assert f'data-state="running:{run_id}"' in desk.get(f"/admin/reconciliation/{run_id}/").text


@pytest.mark.parametrize(
    "path",
    ["0/", "999/", "1e3/", "99999999999999999999/", "-1/", "1,2/", "{run}/findings/0/", "{run}/findings/99/",
     "{run}/findings/99999999999999999999/", "999/findings/"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client_as: ClientAs, path: str) -> None:
    run_id = make_run([DRIFT])
    assert client_as("it_operator").get("/admin/reconciliation/" + path.format(run=run_id)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["page=100000000000000000000", "page=-1&page_size=7", "page=x&text=%25%27", "run_id=9&endpoint=a&_anchor=b"],
)
def test_hostile_addresses_are_answered(client_as: ClientAs, query: str) -> None:
    run_id = make_run([DRIFT])
    for path in ("", f"{run_id}/", f"{run_id}/findings/", f"{run_id}/findings/1/"):
        assert client_as("it_operator").get(f"/admin/reconciliation/{path}?{query}").status_code == 200


@pytest.mark.parametrize("role", ["helpdesk", "hr_liaison", "manager"])
def test_other_roles_do_not_get_in(client_as: ClientAs, role: str) -> None:
    run_id = make_run([DRIFT])
    for path in ("", f"{run_id}/", f"{run_id}/findings/", f"{run_id}/findings/1/", "state"):
        assert client_as(role).get(f"/admin/reconciliation/{path}").status_code == 403
