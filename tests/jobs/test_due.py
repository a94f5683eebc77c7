"""What is due is started once: after downtime, after clock jumps, after a crash."""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.jobs import runner
from backoffice.models import JobRun, JobState
from backoffice.models.job import RUNNING
from backoffice.rules.due import Daily, Every
from backoffice.rules.errors import RefusedError
from backoffice.services import job_runs, jobs
from backoffice.services.exclusive import take
from backoffice.services.job_kinds import Call, Job, Outcome, Work
from tests.jobs.conftest import SetClock
from tests.jobs.room import SmallJob

DAY = 24 * 3600.0
NIGHTLY = Daily(dt.time(2, 0), "Asia/Tehran")


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    """Begin half a day from the nightly time, whenever the tests run."""
    with clock.begun_at(clock.now().replace(hour=12, minute=0)):
        yield


def look(app: Flask, job: Job) -> int:
    """Do what the worker does at each look; give how many runs were started."""
    settings = settings_of(app)
    job_runs.abandon_dead(settings)
    calls = job_runs.calls([job], settings)
    for call in calls:
        runner.run(call, settings)
    return len(calls)


def state() -> JobState:
    db.session.rollback()
    return db.session.scalars(sa.select(JobState)).one()


def statuses() -> list[str]:
    return list(db.session.scalars(sa.select(JobRun.status).order_by(JobRun.id)))


def test_a_new_job_gets_its_row_and_runs_when_due(app: Flask, set_clock: SetClock) -> None:
    small = SmallJob(Every(30))
    job = small.into(app)
    assert [look(app, job) for _ in range(3)] == [0, 1, 0]
    set_clock.move(31)
    assert look(app, job) == 1
    assert [work.actor for work in small.works] == ["schedule", "schedule"]


def test_each_missed_job_runs_once_after_days_of_downtime(app: Flask, set_clock: SetClock) -> None:
    job = SmallJob(NIGHTLY).into(app)
    assert look(app, job) == 0
    set_clock.move(10 * DAY)
    assert [look(app, job) for _ in range(5)] == [1, 0, 0, 0, 0]
    assert clock.now() < state().due_at <= clock.now() + dt.timedelta(days=1)


@pytest.mark.parametrize("rhythm", [Every(30), NIGHTLY])
def test_a_clock_set_back_neither_starves_nor_storms(app: Flask, set_clock: SetClock, rhythm: Every | Daily) -> None:
    job = SmallJob(rhythm).into(app)
    look(app, job)
    set_clock.move(400 * DAY)
    assert [look(app, job) for _ in range(3)] == [1, 0, 0]
    set_clock.move(0)
    assert [look(app, job) for _ in range(3)] == [0, 0, 0]
    assert state().due_at <= rhythm.after(clock.now())


def test_a_request_runs_before_its_time_and_leaves_the_time_alone(app: Flask) -> None:
    small = SmallJob(NIGHTLY)
    job = small.into(app)
    look(app, job)
    due_at = state().due_at
    jobs.request("import", actor="sara", dry_run=True)
    assert [look(app, job) for _ in range(2)] == [1, 0]
    assert state().due_at == due_at
    assert [(work.actor, work.dry_run) for work in small.works] == [("sara", True)]


def test_of_two_workers_only_one_answers_a_due_time(app: Flask) -> None:
    job = SmallJob().into(app)
    look(app, job)
    (call,) = job_runs.calls([job], settings_of(app))
    runner.run(call, settings_of(app))
    with pytest.raises(RefusedError, match="just been started"):
        runner.run(call, settings_of(app))
    assert statuses() == ["done"]


def test_of_eight_at_once_one_runs(app: Flask) -> None:
    small = SmallJob()
    job = small.into(app)
    look(app, job)
    (call,) = job_runs.calls([job], settings_of(app))
    db.session.remove()
    start = threading.Barrier(8)

    def run(_number: int) -> bool:
        start.wait()
        with app.app_context(), suppress(RefusedError):
            runner.run(call, settings_of(app))
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(run, range(8))) == 1
    assert len(small.works) == 1
    assert statuses() == ["done"]


def test_a_run_whose_process_died_is_abandoned_and_due_again(app: Flask) -> None:
    job = SmallJob(NIGHTLY).into(app)
    look(app, job)
    _leave_running()
    assert [look(app, job) for _ in range(2)] == [1, 0]
    assert statuses() == ["abandoned", "done"]


def test_a_run_whose_process_lives_is_left_alone(app: Flask) -> None:
    job = SmallJob(NIGHTLY).into(app)
    look(app, job)
    _leave_running()
    lock = take("job-import", settings_of(app))
    assert lock is not None
    assert look(app, job) == 0
    assert statuses() == ["running"]
    lock.release()


def test_a_job_that_ends_its_process_each_time_is_not_started_for_ever(app: Flask) -> None:
    job = SmallJob(NIGHTLY).into(app)
    look(app, job)
    due_again = []
    for _ in range(job_runs.TRIES):
        _leave_running()
        job_runs.abandon_dead(settings_of(app))
        due_again.append(len(job_runs.calls([job], settings_of(app))))
        with writing() as session:
            session.execute(sa.update(JobState).values(due_at=NIGHTLY.after(clock.now())))
    assert due_again == [1, 1, 1, 0]


def test_a_paused_process_that_wakes_late_cannot_write_its_end(app: Flask) -> None:
    job = SmallJob(NIGHTLY).into(app)
    look(app, job)
    begun = job_runs.begin(Call(job, "slow"), settings_of(app))
    with writing() as session:
        job_runs.abandon(session, "import")
    assert not job_runs.finish(begun, "done", Outcome({"seen": 9}, memory={"late": 1}))
    assert statuses() == ["abandoned"]
    assert state().memory == {}


def test_a_failed_night_is_tried_again_soon_but_not_for_ever(app: Flask, set_clock: SetClock) -> None:
    job = SmallJob(NIGHTLY, does=lambda _work: Outcome(failed=True, detail="No.")).into(app)
    look(app, job)
    moment, started = DAY, 0
    for _ in range(12):
        set_clock.move(moment)
        started += look(app, job)
        moment += 16 * 60
    assert started == job_runs.TRIES
    assert set(statuses()) == {"failed"}


def test_memory_lasts_from_run_to_run_but_not_from_a_dry_run(app: Flask) -> None:
    def count(work: Work) -> Outcome:
        return Outcome({"n": 1}, memory={"n": work.memory.get("n", 0) + 1})

    SmallJob(does=count).into(app)
    for dry_run in (False, True, False):
        jobs.run_now("import", actor="a", settings=settings_of(app), dry_run=dry_run)
    assert state().memory == {"n": 2}


def test_a_job_that_finds_nothing_to_do_keeps_one_row(app: Flask, set_clock: SetClock) -> None:
    job = SmallJob(Every(30), does=lambda _work: Outcome({"stuck": 1}, idle=True)).into(app)
    for turn in range(6):
        set_clock.move(turn * 31)
        look(app, job)
    assert statuses() == ["done"]


def _leave_running() -> None:
    with writing() as session:
        session.add(JobRun(name="import", status=RUNNING, started_by="schedule", started_at=clock.now()))
