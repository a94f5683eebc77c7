"""The work list: service levels, what somebody has taken, HR's own part and the auditor's."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import settings_of, writing
from backoffice.services import announcements, audit
from tests.factories import make_snapshot
from tests.reconcile.worlds import code
from tests.views.case_rows import make_case
from tests.views.conftest import ClientAs, DeskClient

TUESDAY = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
WEDNESDAY_BEFORE, SUNDAY, MONDAY = (TUESDAY - dt.timedelta(days=days) for days in (6, 2, 1))
COLLEAGUE = {
    "national_code": code(7), "first_name": "زهرا", "last_name": "کاظمی", "father_name": "", "birth_date": "1370/05/21",
    "start_date": "", "mobile": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_tuesday() -> Iterator[None]:
    with clock.begun_at(TUESDAY):
        yield


def refused(number: int, opened_at: dt.datetime, **values: object) -> int:
    return make_case(number, kind="MISMATCH", cause="NC_NOT_IN_HR", opened_at=opened_at, **values)


def row_of(page: str, title: str) -> str:
    """Give the text of one row of the work list."""
    found = next(part for part in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if title in part)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def home(desk: DeskClient) -> str:
    return desk.get("/admin/?lang=en").text


def test_what_is_over_its_two_working_days_and_what_is_due_today_is_counted(client_as: ClientAs) -> None:
    for number, moment in enumerate((WEDNESDAY_BEFORE, WEDNESDAY_BEFORE, SUNDAY, MONDAY)):
        refused(number, moment)
    assert "4 6 days ago 2 late 1 due today" in row_of(home(client_as("it_operator")), "Not in HR")


def test_what_waits_for_hr_or_the_person_is_not_late_for_it(client_as: ClientAs) -> None:
    refused(1, WEDNESDAY_BEFORE, state="waiting_hr")
    refused(2, WEDNESDAY_BEFORE, state="waiting_person")
    assert "2 6 days ago in time" in row_of(home(client_as("it_operator")), "Not in HR")


def test_what_somebody_has_taken_is_that_persons_own_row(client_as: ClientAs) -> None:
    refused(1, SUNDAY, taken_by="test-it_operator")
    refused(2, MONDAY, taken_by="somebody-else")
    page = home(client_as("it_operator"))
    assert "1 2 days ago 1 due today" in row_of(page, "Cases you have taken")
    assert 'href="/admin/cases/?mine=yes"' in page
    assert "Cases you have taken" not in home(client_as("it_admin"))


def test_a_liaison_finds_rows_set_aside_colleagues_and_the_correction_file(app: Flask, client_as: ClientAs) -> None:
    snapshot = make_snapshot(rows=23, accepted=20)
    make_snapshot("other", rows=29, accepted=20)
    announcements.announce(COLLEAGUE, "hr", actor="rezaei", settings=settings_of(app))
    page = home(client_as("hr_liaison", sources=("hr",)))
    assert f'href="/admin/hr/file/{snapshot}/#aside"' in page
    assert "3 just now in time" in row_of(page, "Row set aside")
    assert row_of(page, "New colleagues who were announced").split()[5] == "1"
    assert "Correction file" not in page


def test_the_correction_file_of_the_own_source_is_one_press_away(client_as: ClientAs) -> None:
    make_snapshot()
    client_as("it_operator").post_form(
        "/admin/overrides/new",
        {"kind": "attribute", "field": "unit", "value": "امور مالی", "reason": "moved", "days": "30",
         "national_code": code(9), "source": "hr"},
    )  # fmt: skip
    page = home(client_as("hr_liaison", sources=("hr",)))
    assert "Correction file for HR" in page
    assert 'action="/admin/overrides/corrections"' in page
    assert "lines: 1" in page
    assert "Correction file for HR" not in home(client_as("hr_liaison", sources=("other",), name="another"))


def test_an_auditor_reads_first_what_was_done_and_how_far_the_trail_is_anchored(
    app: Flask, client_as: ClientAs
) -> None:
    with clock.begun_at(TUESDAY - dt.timedelta(days=8)), writing():
        audit.record("person:code:unmasked", "case:1", actor="sara")
    with writing():
        audit.record("person:code:unmasked", "case:2", actor="sara")
        audit.record("person:code:unmasked", "case:3", actor="ali")
        audit.record("jobs:job:run", "job:3", actor="ali")
    desk = client_as("auditor")
    page = home(desk)
    assert "2 2 just now" in row_of(page, "A national code was shown in full")
    assert "A job was run" not in page
    assert "none of them is anchored yet" in page
    link = re.search(r'href="(/admin/audit/[^"]+)">A national code', page)
    assert link
    listed = desk.get(link[1].replace("&amp;", "&")).text
    assert listed.count("A national code was shown in full</td>") == 2
    assert "What was done in the last" not in home(client_as("it_admin"))


def test_anchors_that_cannot_be_read_are_said(app: Flask, client_as: ClientAs) -> None:
    Path(settings_of(app).instance, "audit-anchors.jsonl").write_text("no anchor\n", "ascii")
    assert "The anchors of the audit trail cannot be read" in home(client_as("auditor"))
