"""A desk with runs that have something of everything on their pages."""

from typing import Any, NamedTuple

import pandas as pd
from flask import current_app

from backoffice.extensions import settings_of
from backoffice.services import snapshot_files
from tests.factories import entry_evidence, hr_evidence, make_job_run, make_person, make_run, make_snapshot
from tests.reconcile.worlds import code


class RunPages(NamedTuple):
    """Addresses of the filled screens."""

    home: str
    runs: str
    run: str
    failed: str
    running: str
    findings: str
    one_situation: str
    nothing_found: str
    drift: str
    two_accounts: str
    orphan: str
    deceased: str
    people: str
    person: str
    search: str
    search_nobody: str
    search_near: str
    jobs: str
    job: str


ENTRY = entry_evidence(1)
DEAD: dict[str, Any] = {
    "number": 1, "situation": "DECEASED", "person_name": "منوچهر کیهانی", "source": "hr",
    "evidence": {"hr": hr_evidence(1, first_name="منوچهر", last_name="کیهانی", status="فوت"), "entries": [
        entry_evidence(1, username="m.keyhani", first_name="منوچهر", last_name="کیهانی", title="استاد")]},
    "dns": ["uid=m.keyhani,ou=people,dc=university,dc=example,dc=ac,dc=ir"], "plan": [
        {"kind": "disable", "held": True}],
}  # fmt: skip
SHARED: dict[str, Any] = {
    "number": 3, "situation": "AMBIGUOUS", "person_name": "علی محمدی", "tier": None,
    "dns": ["uid=a.mohammadi,ou=people,dc=x"],
    "evidence": {"hr": hr_evidence(3, first_name="علی", last_name="محمدی"), "entries": [
        entry_evidence(3, username="a.mohammadi", first_name="علی", last_name="محمدی",
                       national_code=f"{code(3)}\x1f{code(4)}")]},
}  # fmt: skip
TWINS: dict[str, Any] = {
    "number": 5, "situation": "TWO_ACCOUNTS", "person_name": "شهلا رستگار", "tier": None,
    "dns": ["uid=s.rastegar,ou=people,dc=x", "uid=sh.rastegar,ou=people,dc=x"],
    "evidence": {"hr": hr_evidence(5, first_name="شهلا", last_name="رستگار", unit="دانشکده مهندسی"), "entries": [
        entry_evidence(5, username="s.rastegar", first_name="شهلا", last_name="رستگار", unit="دانشكده مهندسي"),
        entry_evidence(5, username="sh.rastegar", dn="uid=sh.rastegar,ou=people,dc=x", first_name="شهلا",
                       last_name="رستكار", unit="معاونت پژوهشی", disabled=True)]},
}  # fmt: skip
DRIFT: dict[str, Any] = {
    "number": 2, "situation": "DRIFT", "person_name": "سیده زهرا میرزایی", "notes": ["TWO_ROLES", "NAME_SPELLING"],
    "differences": [
        {"field": "first_name", "hr": "سیده زهرا", "directory": "زهرا", "kind": "prefix"},
        {"field": "last_name", "hr": "میرزایی", "directory": "میرزانی", "kind": "one_edit"},
        {"field": "unit", "hr": "معاونت پژوهش و فناوری", "directory": "مدیریت امور مالی", "kind": "other"},
    ],
    "spelling": [
        {"field": "employment_type", "hr": "رسمی", "directory": "رسمي", "kind": "yeh_kaf"},
        {"field": "title", "hr": "برنامه‌نویس", "directory": "برنامه نویس", "kind": "zwnj"},
    ],
    "evidence": {
        "hr": hr_evidence(2, first_name="سیده زهرا", last_name="میرزایی", unit="معاونت پژوهش و فناوری",
                          title="برنامه‌نویس"),
        "entries": [entry_evidence(2, username="z.mirzaei", first_name="زهرا", last_name="میرزانی",
                                   unit="مدیریت امور مالی", title="برنامه نویس", employment_type="رسمي")],
    },
    "plan": [{"kind": "update", "held": False,
              "old": {"first_name": "زهرا", "last_name": "میرزانی", "unit": "مدیریت امور مالی"},
              "new": {"first_name": "سیده زهرا", "last_name": "میرزایی", "unit": "معاونت پژوهش و فناوری"}}],
}  # fmt: skip
NOBODYS: dict[str, Any] = {
    "number": 9, "situation": "ORPHAN", "national_code": None, "personnel_number": None, "tier": None,
    "person_name": "Test User", "dns": ["uid=test.user2,ou=people,dc=x"],
    "evidence": {"entries": [entry_evidence(9, username="test.user2", first_name="", last_name="", full_name="",
                                            national_code="", personnel_number="")]},
}  # fmt: skip
OTHERS = ("REVIEW", "MISSING", "LEAVER", "ROW_CONFLICT", "UNKNOWN_STATUS", "NOT_REGISTERED", "FOUND")
HELD_GATE = {"gate": "rows", "message": "", "params": {}, "detail": "the file has 3200 rows, 5210 before"}
HOLDS = [
    {"kind": "disable", "source": "hr", "planned": 214, "limit": 104, "why": "",
     "message": "%(planned)d planned, at most %(limit)d allowed", "cause": "%(percent)d %% are unit «%(unit)s»",
     "values": {"planned": 214, "limit": 104, "percent": 93, "unit": "دانشکده مهندسی"}},
]  # fmt: skip


def fill() -> RunPages:
    """Store people and runs; give the addresses."""
    rows = pd.DataFrame([{**DRIFT["evidence"]["hr"], "line": 17}])
    stored = snapshot_files.keep(rows, settings_of(current_app))
    snapshot = make_snapshot(file_name="کارکنان-1405-09-01.csv", rows=5210, stored_file=stored)
    make_snapshot("hr", status="held", file_name="held.csv", gates=[HELD_GATE])
    failed = make_run(status="failed", plan_hash=None, situations={}, error="The directory does not answer.")
    found = [DRIFT, DEAD, SHARED, TWINS, NOBODYS, *({} for _ in range(115)), *({"situation": code} for code in OTHERS)]
    run = make_run(
        found, snapshots={"hr": snapshot}, held=HOLDS,
        actions={"update": 121, "disable": 214}, notes={"TWO_ROLES": 14, "NAME_SPELLING": 61},
        seconds={"read_hr": 0.31, "read_directory": 1.2, "compare": 0.9, "store": 0.4},
        warnings=[{"message": "", "params": {}, "detail": "شناسه eduPersonX شناخته نیست."}],
    )  # fmt: skip
    make_job_run(counts={"web_sessions": 4, "runs": 12})
    make_job_run("reconcile", status="failed", detail="The directory does not answer.")
    make_job_run(dry_run=True, counts={"runs": 3}, started_by="amiri")
    for number in range(10, 40):
        make_person(number)
    person = make_person(2, first_name="سیده زهرا", last_name="میرزایی", father_name="حسن")
    running = make_run(status="running", plan_hash=None, situations={}, finished_at=None)
    home, of_run = "/admin/reconciliation/", f"/admin/reconciliation/{run}/"
    findings = f"{of_run}findings/"
    return RunPages(
        home="/admin/", runs=home, run=of_run, failed=f"{home}{failed}/", running=f"{home}{running}/",
        findings=findings,
        one_situation=f"{findings}?situation=DRIFT&page=1", nothing_found=f"{findings}?text=nobody",
        drift=f"{findings}1/", two_accounts=f"{findings}4/", orphan=f"{findings}5/", deceased=f"{findings}2/",
        people="/admin/people/", person=f"/admin/people/{person}/?hr=1", search="/admin/search/?q=میرز",
        search_nobody="/admin/search/?q=هیچکس", search_near="/admin/search/?q=سیده زهرا میرزایب",
        jobs="/admin/jobs/", job="/admin/jobs/housekeeping/",
    )  # fmt: skip
