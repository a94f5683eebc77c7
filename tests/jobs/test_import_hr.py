"""The watched folder as a job."""

import datetime as dt
import os
from pathlib import Path

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.models import JobRun
from backoffice.services import jobs
from tests.reconcile.exports import as_csv, people


@pytest.fixture
def export(app: Flask) -> Path:
    """A file of HR that lies in the watched folder."""
    path = settings_of(app).inbox / "hr" / "staff.csv"
    path.parent.mkdir(parents=True)
    path.write_text(as_csv(people(20)), "utf-8")
    return path


def look(app: Flask, *, dry_run: bool = False) -> JobRun:
    return jobs.run_now("import", actor="tester", settings=settings_of(app), dry_run=dry_run)


def test_a_file_is_read_at_the_second_look_and_moved_away(app: Flask, export: Path) -> None:
    first = look(app)
    assert (first.counts, first.detail_values) == ({"waiting": 1}, {"files": 1})
    assert look(app).counts == {"accepted": 1}
    assert not export.exists()
    assert look(app).counts == {}


def test_a_file_that_still_changes_waits(app: Flask, export: Path) -> None:
    look(app)
    later = (clock.now() + dt.timedelta(seconds=5)).timestamp()
    os.utime(export, (later, later))
    assert look(app).counts == {"waiting": 1}


def test_a_dry_run_counts_and_reads_nothing(app: Flask, export: Path) -> None:
    assert [look(app, dry_run=True).counts for _ in range(3)] == [{"waiting": 1}] * 3
    assert export.exists()


def test_a_folder_that_cannot_be_used_is_a_sentence(app: Flask) -> None:
    settings_of(app).inbox.write_text("no folder", "utf-8")
    run = look(app)
    assert run.status == "failed"
    assert str(settings_of(app).inbox) in run.detail % run.detail_values
