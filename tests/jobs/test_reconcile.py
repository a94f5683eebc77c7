"""The nightly run as a job."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import JobRun, Run
from backoffice.services import jobs, snapshots
from tests.directories import BASE, account, write_dump
from tests.reconcile.exports import as_csv, people

COUNT = 20


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return {"ldap_uri": (tmp_path / "dump.ldif").as_uri(), "ldap_base_dn": BASE}


def with_file(app: Flask) -> None:
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(people(COUNT)), "utf-8")
    snapshots.import_file(path, source="hr", actor="tester", settings=settings_of(app))


def with_directory(app: Flask, share: int = 1) -> None:
    rows = people(COUNT)[1:]
    write_dump(settings_of(app).instance / "dump.ldif", [account(row) for row in rows[:: share or 1]])


def reconcile(app: Flask, *, dry_run: bool = False) -> JobRun:
    return jobs.run_now("reconcile", actor="tester", settings=settings_of(app), dry_run=dry_run)


def sentence(run: JobRun) -> str:
    return run.detail % run.detail_values


def test_without_an_accepted_file_nothing_is_run(app: Flask) -> None:
    run = reconcile(app)
    assert (run.status, sentence(run)) == ("done", "No source has an accepted file yet.")
    assert run.counts == {"sources": 0, "sources_without_file": 1}
    assert db.session.scalar(sa.select(sa.func.count(Run.id))) == 0


def test_the_plan_is_stored_as_a_run(app: Flask) -> None:
    with_file(app)
    with_directory(app)
    run = reconcile(app)
    assert (run.status, sentence(run)) == ("done", "The plan is stored as run 1.")
    assert run.counts["entries"] == COUNT
    assert db.session.get_one(Run, 1).status == "planned"


def test_a_gate_is_told_and_is_no_failure(app: Flask) -> None:
    with_file(app)
    with_directory(app)
    reconcile(app)
    with_directory(app, share=2)
    run = reconcile(app)
    assert (run.status, sentence(run)) == ("done", "A gate stopped run 2; nothing was planned.")
    assert run.counts["gates"] == 1


def test_a_directory_that_is_not_there_is_the_sentence_of_a_failed_job(app: Flask) -> None:
    with_file(app)
    run = reconcile(app)
    assert run.status == "failed"
    assert sentence(run) == db.session.get_one(Run, 1).error != ""


def test_a_dry_run_stores_no_run(app: Flask) -> None:
    with_file(app)
    with_directory(app)
    run = reconcile(app, dry_run=True)
    assert (run.status, run.counts["sources"]) == ("done", 1)
    assert db.session.scalar(sa.select(sa.func.count(Run.id))) == 0
