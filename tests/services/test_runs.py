"""Choosing findings of a run."""

import datetime as dt
from typing import Any

import pytest

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Finding, JobRun
from backoffice.services import runs
from backoffice.services.runs import Wanted
from tests.factories import make_job_run, make_run
from tests.reconcile.worlds import code

pytestmark = pytest.mark.usefixtures("app")
FINDINGS: list[dict[str, Any]] = [
    {"situation": "DRIFT", "source": "staff", "plan": [{"kind": "update", "held": True}], "person_name": "علی کريمي"},
    {"situation": "DECEASED", "source": "faculty", "plan": [{"kind": "disable"}], "notes": ["TWO_ROLES"]},
    {"situation": "DRIFT", "source": "faculty", "plan": [{"kind": "update"}], "notes": ["PADDED_CODE", "TWO_ROLES"]},
    {"situation": "ORPHAN", "source": "staff", "national_code": None, "dns": ["uid=A.Karimi,ou=people,dc=x"]},
]


def rows_of(run_id: int, wanted: Wanted) -> list[int]:
    return [finding.row for finding in runs.page_of_findings(run_id, wanted, 0, 50).rows]


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Wanted(), [1, 2, 3, 4]),
        (Wanted(situation="DRIFT"), [1, 3]),
        (Wanted(source="faculty"), [2, 3]),
        (Wanted(note="TWO_ROLES"), [2, 3]),
        (Wanted(note="PADDED_CODE", source="staff"), []),
        (Wanted(action="disable"), [2]),
        (Wanted(held="yes"), [1]),
        (Wanted(held="no"), [2, 3, 4]),
        (Wanted(text=code(2)), [2]),
        (Wanted(text=code(2)[:9]), []),
        (Wanted(text="۵۰۰۳"), [3]),
        (Wanted(text="كريمی"), [1]),
        (Wanted(text="کریمی علی"), [1]),
        (Wanted(text="کریمی رضا"), []),
        (Wanted(text="a.karimi"), [4]),
        (Wanted(text="%"), []),
        (Wanted(text="_"), []),
        (Wanted(situation="DRIFT", text="علی"), [1]),
    ],
)
def test_findings_are_chosen_by_every_question(wanted: Wanted, rows: list[int]) -> None:
    make_run([{"situation": "ORPHAN"}])
    assert rows_of(make_run(FINDINGS), wanted) == rows


def test_pages_follow_the_canonical_order_and_end_at_the_last() -> None:
    run_id = make_run([{} for _ in range(5)])
    page = runs.page_of_findings(run_id, Wanted(), 1, 2)
    assert ([f.row for f in page.rows], page.total, page.pages) == ([3, 4], 5, 3)
    last = runs.page_of_findings(run_id, Wanted(), 10**6, 2)
    assert ([f.row for f in last.rows], last.number) == ([5], 2)


def test_an_empty_run_has_an_empty_first_page() -> None:
    page = runs.page_of_findings(make_run(), Wanted(), 7, 20)
    assert (list(page.rows), page.total, page.number, page.pages) == ([], 0, 0, 0)


def test_neighbours_are_those_of_the_same_choice() -> None:
    run_id = make_run(FINDINGS)
    first = db.session.query(Finding).filter_by(run_id=run_id, row=1).one()
    assert runs.neighbours(first, Wanted(situation="DRIFT")) == (None, 3)
    third = db.session.query(Finding).filter_by(run_id=run_id, row=3).one()
    assert runs.neighbours(third, Wanted()) == (2, 4)


def test_listed_findings_are_counted_by_situation() -> None:
    assert runs.listed_by_situation(make_run(FINDINGS)) == {"DRIFT": 2, "DECEASED": 1, "ORPHAN": 1}


def test_the_newest_plan_is_not_a_run_that_failed_later() -> None:
    planned = make_run()
    make_run(status="failed", plan_hash=None)
    found = runs.newest_planned()
    assert found is not None
    assert found.id == planned
    assert [run.status for run in runs.newest(10)] == ["failed", "planned"]


def test_between_the_wish_and_the_run_a_page_goes_on_waiting() -> None:
    before = make_run()
    assert runs.progress() == f"idle:{before}"
    job_run = make_job_run("reconcile", status="running", started_at=clock.now() + dt.timedelta(seconds=1))
    assert runs.progress() == "requested"
    with writing() as session:
        session.get_one(JobRun, job_run).started_at = clock.now() - dt.timedelta(hours=1)
    assert runs.progress() == f"idle:{before}"
