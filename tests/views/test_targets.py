"""Targets on the statistics page: set by managers, beside the figures in words, table and chart."""

import datetime as dt

from flask import Flask

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case
from backoffice.services import targets
from tests.services.onboarding import UNITS, population, settle
from tests.views.conftest import ClientAs
from tests.views.test_statistics import PAGE, charts, last_month

FORM = f"{PAGE}targets"


def _wait(days: int) -> None:
    with writing() as session:
        opened = clock.now() - dt.timedelta(days=days)
        session.add(Case(kind="MISMATCH", key="1", state="new", fingerprint="", opened_at=opened))


def test_what_is_reached_and_what_is_not_is_said(app: Flask, client_as: ClientAs) -> None:
    del app
    last, manager = last_month(), client_as("manager")
    settle(population(last - 3, 2, people=20))
    _wait(20)
    assert 'id="targets"' not in manager.get(PAGE).text
    answer = manager.post_form(f"{FORM}?from={last - 3}&to={last - 2}", {"covered_30": "۱", "oldest_case": "15"})
    assert answer.location == f"{PAGE}?from={last - 3}&to={last - 2}"
    page = manager.get(f"{answer.location}&lang=en").text
    assert "Target not reached: Wait of the oldest open case is 20 days, wanted is at most 15 days." in page
    chart = charts(page)["coverage"]
    assert [(trace.get("name"), trace["x"]) for trace in chart["data"][1:]] == [("Target", [None, None, 1])]  # type: ignore[index]
    table = manager.get(f"{PAGE}table/targets.csv?lang=en&from={last - 3}&to={last - 2}").text.splitlines()
    assert table[1].startswith('"Permanent account within 30 days","at least 1%"')
    assert [line.rpartition(",")[2] for line in table] == ['"Reached?"', '"reached"', '"not reached"']
    coverage = manager.get(f"{PAGE}table/coverage.csv?lang=en").text.splitlines()
    assert [line.rpartition(",")[2] for line in coverage] == ['"Target"', '""', '""', '"1%"']
    manager.post_form(FORM, {"covered_30": "1", "oldest_case": "20"})
    assert "All 2 targets are reached." in manager.get(f"{PAGE}?lang=en&from={last - 3}&to={last - 2}").text


def test_of_a_group_only_what_is_of_the_group_is_compared(app: Flask, client_as: ClientAs) -> None:
    del app
    last, manager = last_month(), client_as("manager")
    settle(population(last - 3, 2, people=20))
    _wait(20)
    manager.post_form(FORM, {"oldest_case": "15"})
    page = manager.get(f"{PAGE}?lang=fa&group=unit:{UNITS[0]}&from={last - 3}&to={last - 2}").text
    assert "هدف برآورده نشده" not in page
    assert "بدون رقم" in page


def test_a_wrong_number_is_said_beside_its_field_and_stays_there(app: Flask, client_as: ClientAs) -> None:
    del app
    answer = client_as("manager").post_form(f"{FORM}?lang=en", {"covered_7": "<b>120", "covered_1": "9"})
    assert answer.status_code == 422
    assert "Please write a whole number from 1 to 100, or nothing." in answer.text
    assert 'value="&lt;b&gt;120"' in answer.text
    assert targets.in_force() == {}


def test_who_only_reads_has_no_form(app: Flask, client_as: ClientAs) -> None:
    del app
    for role, sees in (("it_admin", True), ("it_operator", False), ("auditor", False)):
        assert ((f'action="{FORM}' in client_as(role).get(PAGE).text), role) == (sees, role)
