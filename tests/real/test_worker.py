"""The worker as real processes: one is active, others take over, nothing is lost and nothing runs twice."""

import datetime as dt
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa
from flask import Flask

import backoffice.jobs
from backoffice import clock, create_app
from backoffice.extensions import db, settings_of
from backoffice.jobs import schedule
from backoffice.models import JobRun, Run, WorkerLease
from backoffice.services import jobs, worker_lease
from tests.conftest import SECRET, make_settings
from tests.directories import BASE, account, write_dump
from tests.forks import FORKS
from tests.jobs.room import SmallJob
from tests.postgres import LocalPostgres
from tests.real import worker_program
from tests.reconcile.exports import as_csv, people
from tests.waiting import wait_until

HOUR = 3600
DAY = 24 * HOUR


class Worker:
    """A worker process of the test's instance."""

    def __init__(self, instance: Path, database_url: str, number: int, seconds: int | None) -> None:
        own = {
            "BACKOFFICE_INSTANCE": str(instance),
            "BACKOFFICE_DATABASE_URL": database_url,
            "BACKOFFICE_CLOCK_FILE": str(instance / "clock"),
            "BACKOFFICE_SECRET_KEY": SECRET,
        }
        self._errors, self._heard = instance / f"errors-{number}", 0
        if seconds is None:
            self._process = FORKS.Process(target=worker_program.command, args=(own, self._errors))
        else:
            self._process = FORKS.Process(target=worker_program.one_job, args=(own, self._errors, seconds))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.is_alive()

    @property
    def status(self) -> int | None:
        return self._process.exitcode

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()

    def end(self) -> list[str]:
        """Wait for the end and give what it complained about: its lines but for those of level info."""
        self._process.join(20)
        assert not self.runs
        return self._complaints()

    def next_complaint(self) -> str:
        """Wait for the next line that is not of level info."""
        wait_until(lambda: len(self._complaints()) > self._heard, "a complaint")
        self._heard += 1
        return self._complaints()[self._heard - 1]

    def _complaints(self) -> list[str]:
        whole = self._errors.read_text("utf-8").split("\n")[:-1] if self._errors.exists() else []
        return [line for line in whole if _is_complaint(line)]


def _is_complaint(line: str) -> bool:
    return not line.startswith("{") or json.loads(line)["level"] != "info"


class StartWorker(Protocol):
    def __call__(self, seconds: int | None = HOUR) -> Worker: ...


@pytest.fixture
def start_worker(app: Flask, tmp_path: Path, database_url: str) -> Iterator[StartWorker]:
    clock.use_offset_file(tmp_path / "clock")
    started: list[Worker] = []

    def start(seconds: int | None = HOUR) -> Worker:
        """Start one whose only job is due every so many seconds, or with None the command with the real jobs."""
        started.append(Worker(tmp_path, database_url, len(started), seconds))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def leader() -> int | None:
    """Give the process id of the worker that last gave a sign of life."""
    db.session.rollback()
    owner = db.session.scalar(sa.select(WorkerLease.owner))
    return int(owner.rpartition(":")[2]) if owner else None


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(JobRun.status).order_by(JobRun.id)))


def leads(worker: Worker) -> None:
    wait_until(lambda: leader() == worker.pid, "the worker leads")


def has_run(*expected: str) -> None:
    wait_until(lambda: statuses() == list(expected), f"the runs are {expected}, not {statuses()}")


def test_pages_go_before_whatever_the_worker_does(start_worker: StartWorker) -> None:
    worker = start_worker()
    leads(worker)
    threads = [int(task.name) for task in Path(f"/proc/{worker.pid}/task").iterdir()]
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {schedule.NICENESS}
    assert os.getpriority(os.PRIO_PROCESS, 0) < schedule.NICENESS
    session = Path("/proc/self/autogroup")
    assert not session.exists() or not session.read_text().endswith(f"nice {schedule.NICENESS}\n"), "not its own"


def test_another_worker_takes_over_within_seconds_after_a_kill(start_worker: StartWorker) -> None:
    first = start_worker()
    leads(first)
    second = start_worker()
    has_run("done")
    first.send(signal.SIGKILL)
    wait_until(lambda: leader() == second.pid, "the second one leads", 10)
    assert statuses() == ["done"]


def test_a_job_whose_worker_was_killed_is_abandoned_and_done_by_the_next(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    (tmp_path / "hold").touch()
    first = start_worker()
    ran = tmp_path / "ran"
    wait_until(lambda: ran.exists() and ran.read_text() == f"{first.pid}\n", "the job is at work")
    second = start_worker()
    first.send(signal.SIGKILL)
    wait_until(lambda: statuses() == ["abandoned", "running"], "the second one starts it anew", 15)
    (tmp_path / "hold").unlink()
    has_run("abandoned", "done")
    assert ran.read_text() == f"{first.pid}\n{second.pid}\n"


def test_a_clock_that_jumps_runs_what_was_missed_once(start_worker: StartWorker, tmp_path: Path) -> None:
    start_worker(HOUR)
    has_run("done")
    (tmp_path / "clock").write_text(str(10 * DAY))
    has_run("done", "done")
    (tmp_path / "clock").write_text("0")
    wait_until(lambda: jobs_due_at() < clock.now() + dt.timedelta(hours=1), "the due time is drawn back")
    (tmp_path / "clock").write_text(str(HOUR + 60))
    has_run("done", "done", "done")


def jobs_due_at() -> dt.datetime:
    db.session.rollback()
    (view,) = jobs.overview()
    return view.due_at


@pytest.fixture(autouse=True)
def small_job(app: Flask) -> None:
    SmallJob().into(app)


def test_a_requested_job_starts_within_two_seconds(start_worker: StartWorker) -> None:
    leads(start_worker())
    has_run("done")
    asked_at = clock.now()
    jobs.request("import", actor="sara")
    has_run("done", "done")
    run = jobs.recent_runs("import")[0]
    assert run.started_by == "sara"
    assert run.started_at - asked_at < dt.timedelta(seconds=2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_ends_when_asked_and_says_goodbye(start_worker: StartWorker, number: int) -> None:
    worker = start_worker()
    leads(worker)
    has_run("done")
    worker.send(number)
    assert worker.end() == []
    assert worker.status == 0
    db.session.rollback()
    assert not worker_lease.is_alive()


def test_a_running_job_does_not_hold_up_the_end(start_worker: StartWorker, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    worker = start_worker()
    has_run("running")
    worker.send(signal.SIGTERM)
    worker.end()
    assert worker.status == 0
    (tmp_path / "hold").unlink()
    start_worker()
    has_run("abandoned", "done")


def test_a_short_job_may_finish_before_the_end(start_worker: StartWorker, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    worker = start_worker()
    has_run("running")
    worker.send(signal.SIGTERM)
    (tmp_path / "hold").unlink()
    worker.end()
    assert statuses() == ["done"]


def test_a_file_in_the_watched_folder_becomes_a_plan(
    app: Flask, start_command: Callable[[], Worker], tmp_path: Path
) -> None:
    export = settings_of(app).inbox / "hr" / "staff.csv"
    export.parent.mkdir(parents=True)
    export.write_text(as_csv(people(20)), "utf-8")
    write_dump(tmp_path / "dump.ldif", [account(row) for row in people(20)[1:]])
    start_command()
    wait_until(lambda: not export.exists(), "the file was taken", 30)
    backoffice.jobs.register(app)
    jobs.request("reconcile", actor="sara")
    wait_until(lambda: newest_run() == ("planned", {"FOUND": 20}), "the plan is there", 30)


@pytest.fixture
def start_command(app: Flask, start_worker: StartWorker, tmp_path: Path) -> Callable[[], Worker]:
    """Start the command itself, with the real jobs, on a directory in a file."""
    lines = [
        f'ldap_uri = "{(tmp_path / "dump.ldif").as_uri()}"', f'ldap_base_dn = "{BASE}"',
        "[jobs]", "import_seconds = 1",
    ]  # fmt: skip
    (tmp_path / "settings.toml").write_text("\n".join(lines), encoding="utf-8")
    return lambda: start_worker(None)


def newest_run() -> tuple[str, dict[str, int]] | None:
    db.session.rollback()
    run = db.session.scalar(sa.select(Run).order_by(Run.id.desc()))
    return (run.status, run.situations) if run else None


class TestPostgres:
    """What only a database server can do: cut connections, go away and come back."""

    @pytest.fixture
    def database_url(self, tmp_path: Path) -> Iterator[str]:
        self.server = LocalPostgres()
        self.server.start()
        url = self.server.url("postgres")
        application = create_app(make_settings(tmp_path, database_url=url))
        result = application.test_cli_runner().invoke(args=["db", "upgrade"])
        assert result.exit_code == 0, result.output
        with application.app_context():
            db.engine.dispose()
        yield url
        self.server.stop()

    def test_a_paused_leader_that_lost_its_lock_acts_no_more(self, start_worker: StartWorker, tmp_path: Path) -> None:
        first = start_worker()
        leads(first)
        has_run("done")
        second = start_worker()
        first.send(signal.SIGSTOP)
        cut_locks()
        wait_until(lambda: leader() == second.pid, "the second one leads", 10)
        first.send(signal.SIGCONT)
        jobs.request("import", actor="sara")
        has_run("done", "done")
        second.send(signal.SIGKILL)
        wait_until(lambda: leader() == first.pid, "the first one stands by and takes over", 10)
        assert (tmp_path / "ran").read_text() == f"{first.pid}\n{second.pid}\n"

    def test_a_database_that_was_away_is_found_again(self, start_worker: StartWorker) -> None:
        worker = start_worker()
        has_run("done")
        db.session.remove()
        self.server.halt()
        # Whichever it does at that moment, looking at its lock or at what is due, is complained about first.
        complaints = worker.next_complaint() + worker.next_complaint()
        assert "is not the active one any more" in complaints
        assert "the database does not answer" in complaints
        self.server.resume()
        assert "the database answers again" in worker.next_complaint()
        jobs.request("import", actor="sara")
        has_run("done", "done")


def cut_locks() -> None:
    """End every connection that holds an advisory lock, as a failing network would."""
    holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    db.session.execute(sa.text(holders))
    db.session.commit()
