"""What waits for people."""

import datetime as dt

import pytest

from backoffice import clock
from backoffice.services.work_list import work_list
from tests.factories import make_run

pytestmark = pytest.mark.usefixtures("app")


def test_before_the_first_run_there_is_nothing() -> None:
    found = work_list()
    assert (found.run, found.last, found.is_clear) == (None, None, True)


def test_the_severe_come_first_and_by_name() -> None:
    make_run([{"situation": code} for code in ("ORPHAN", "TWO_ACCOUNTS", "DRIFT", "DECEASED", "ROW_CONFLICT")])
    found = work_list()
    assert [item.situation for item in found.severe] == ["DECEASED", "TWO_ACCOUNTS"]
    assert [finding.row for finding in found.severe[0].examples] == [4]
    assert [item.situation for item in (*found.decide, *found.mend, *found.know)] == ["ORPHAN", "ROW_CONFLICT", "DRIFT"]


def test_the_dead_whose_accounts_are_disabled_are_no_work() -> None:
    off, on = ({"entries": [{"dn": "uid=a,dc=x", "disabled": value}]} for value in (True, False))
    make_run([{"situation": "DECEASED", "evidence": off}, {"situation": "DECEASED", "evidence": on}])
    assert [(item.situation, item.count) for item in work_list().severe] == [("DECEASED", 1)]
    make_run([{"situation": "DECEASED", "evidence": off}])
    assert work_list().is_clear


def test_a_case_is_as_old_as_the_first_run_that_listed_it() -> None:
    now = clock.now().replace(microsecond=0)
    days = [now - dt.timedelta(days=back) for back in (9, 5, 1)]
    make_run([{"situation": "TWO_ACCOUNTS", "number": 7}], started_at=days[0])
    make_run([{"situation": "TWO_ACCOUNTS", "number": 1}, {"situation": "DRIFT", "number": 2}], started_at=days[1])
    nobodys = {"situation": "ORPHAN", "number": 3, "national_code": None}
    make_run([nobodys], started_at=days[1])
    make_run(
        [{"situation": "TWO_ACCOUNTS", "number": 1}, {"situation": "DECEASED", "number": 2}, nobodys],
        started_at=days[2],
    )
    found = work_list()
    assert {item.situation: item.since for item in (*found.severe, *found.decide)} == {
        "TWO_ACCOUNTS": days[1], "DECEASED": days[2], "ORPHAN": days[1],
    }  # fmt: skip


def test_a_failed_run_does_not_hide_the_plan_before_it() -> None:
    planned = make_run([{"situation": "DECEASED"}])
    make_run(status="failed", plan_hash=None)
    found = work_list()
    assert found.run is not None
    assert found.last is not None
    assert (found.run.id, found.last.status) == (planned, "failed")


def test_held_kinds_are_work_too() -> None:
    make_run([{"situation": "DRIFT"}], held=[{"kind": "update"}])
    assert not work_list().is_clear
    make_run([{"situation": "DRIFT"}])
    assert work_list().is_clear
