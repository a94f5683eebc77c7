"""Jobs as the desk and the commands see them."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, JobRun, JobState
from backoffice.rules.errors import RefusedError
from backoffice.services import jobs
from backoffice.services.exclusive import take
from backoffice.services.job_kinds import Outcome, Work
from tests.jobs.room import SmallJob


def audited(app: Flask) -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_looking_at_jobs_writes_nothing(app: Flask) -> None:
    views = jobs.overview()
    assert "housekeeping" in [view.name for view in views]
    assert all(view.last is None and not view.requested for view in views)
    assert db.session.scalars(sa.select(JobState)).all() == []


def test_a_request_is_noted_once_and_audited(app: Flask) -> None:
    jobs.request("housekeeping", actor="sara", dry_run=True)
    with pytest.raises(RefusedError, match="requested already"):
        jobs.request("housekeeping", actor="ali")
    view = next(view for view in jobs.overview() if view.name == "housekeeping")
    assert (view.requested, view.requested_by, view.requested_dry_run) == (True, "sara", True)
    assert audited(app) == ["jobs:job:requested"]


def test_an_unknown_name_is_refused_with_a_sentence(app: Flask) -> None:
    with pytest.raises(RefusedError, match="no job named coffee"):
        jobs.request("coffee", actor="sara")
    with pytest.raises(RefusedError, match="no job named coffee"):
        jobs.run_now("coffee", actor="sara", settings=settings_of(app))


def test_every_job_of_the_contract_is_there(app: Flask) -> None:
    assert {view.name for view in jobs.overview()} == set(jobs.NAMES)


def test_run_now_gives_the_row_with_its_counts(app: Flask) -> None:
    SmallJob().into(app)
    run = jobs.run_now("import", actor="command:root", settings=settings_of(app))
    assert (run.status, run.counts, run.started_by) == ("done", {"seen": 1}, "command:root")
    assert run.finished_at is not None
    assert audited(app) == ["jobs:job:run"]
    assert jobs.overview()[0].last == run


def test_a_refusal_is_a_failed_run_with_its_sentence(app: Flask) -> None:
    def refuse(_work: Work) -> Outcome:
        raise RefusedError("The base %(name)s is empty.", {"name": "x"})

    SmallJob(does=refuse).into(app)
    run = jobs.run_now("import", actor="a", settings=settings_of(app))
    assert (run.status, run.detail % run.detail_values) == ("failed", "The base x is empty.")


def test_an_unexpected_error_is_a_sentence_and_a_log_line_without_its_words(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def fall_over(_work: Work) -> Outcome:
        raise KeyError("0012345679")

    SmallJob(does=fall_over).into(app)
    run = jobs.run_now("import", actor="a", settings=settings_of(app))
    assert (run.status, run.detail_values) == ("failed", {"error": "KeyError"})
    assert "test_jobs.py:" in caplog.text
    assert "0012345679" not in caplog.text + run.detail


def test_a_job_never_runs_twice_at_once(app: Flask) -> None:
    def again(_work: Work) -> Outcome:
        with pytest.raises(RefusedError, match="running already"):
            jobs.run_now("import", actor="second", settings=settings_of(app))
        return Outcome()

    small = SmallJob(does=again)
    small.into(app)
    assert jobs.run_now("import", actor="first", settings=settings_of(app)).status == "done"
    assert len(small.works) == 1


def test_the_database_admits_one_running_row_a_job(app: Flask) -> None:
    row = {"name": "import", "status": "running", "started_by": "x", "detail": ""}
    now = clock.now()
    db.session.add_all(JobRun(**row, started_at=now) for _ in range(2))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_lock_is_free_again_when_it_was_released(app: Flask) -> None:
    lock = take("thing", settings_of(app))
    assert lock is not None
    assert lock.is_held()
    assert take("thing", settings_of(app)) is None
    lock.release()
    lock.release()
    again = take("thing", settings_of(app))
    assert again is not None
    again.release()


def test_a_released_lock_can_be_taken_at_once(app: Flask) -> None:
    for _ in range(50):
        lock = take("thing", settings_of(app))
        assert lock is not None
        lock.release()
