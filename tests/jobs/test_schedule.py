"""The worker's look and its tick, without processes."""

import datetime as dt
import logging

import pytest
import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from backoffice import clock
from backoffice.extensions import db
from backoffice.jobs.schedule import Worker
from backoffice.models import JobState, WorkerLease
from tests.jobs.room import SmallJob
from tests.waiting import wait_until


class Held:
    """A lock that is held as long as the test says."""

    def __init__(self, *, held: bool = True) -> None:
        self.held = held

    def is_held(self) -> bool:
        return self.held

    def release(self) -> None:
        self.held = False


def test_a_look_starts_what_is_due_and_gives_a_sign_of_life(app: Flask) -> None:
    small = SmallJob()
    worker = Worker(app, [small.into(app)])
    worker.look(Held())
    worker.look(Held())
    wait_until(lambda: len(small.works) == 1, "the job has run")
    assert worker.finish()
    assert db.session.scalar(sa.select(JobState.name)) == "import"


def test_who_lost_the_lock_does_nothing_any_more(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    small = SmallJob()
    worker = Worker(app, [small.into(app)])
    worker.look(Held(held=False))
    worker.look(Held())
    assert worker.finish()
    assert (small.works, db.session.scalars(sa.select(WorkerLease)).all()) == ([], [])
    assert caplog.messages == [f"worker {worker.name} is not the active one any more"]


def test_a_database_without_tables_is_waited_for_and_told_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(app, [SmallJob().into(app)])
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE worker_lease RENAME TO away"))
    for _ in range(3):
        worker.look(Held())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO worker_lease"))
    worker.look(Held())
    assert caplog.messages[1:] == ["the database answers again"]
    assert worker.finish()


def test_a_tick_that_sleeps_because_the_system_clock_was_set_back_is_woken(app: Flask) -> None:
    worker = Worker(app, [SmallJob().into(app)])
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start(paused=True)
    scheduler.add_job(worker.look, "interval", (Held(),), seconds=1, id="look")
    scheduler.modify_job("look", next_run_time=clock.now() + dt.timedelta(days=1))
    worker.wake(scheduler)
    assert scheduler.get_job("look").next_run_time < clock.now() + dt.timedelta(seconds=5)
    scheduler.shutdown()
    assert worker.finish()
