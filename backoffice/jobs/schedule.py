"""The long-running worker: one active, others stand by; the schedule only triggers a look at what is due.

APScheduler runs a tick at most once and forgets missed ones, so it never decides what is due: it calls ``look`` twice
a second, and ``services.job_runs`` asks the tables. Source: architecture.md "Processes", reliability.md §1.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from backoffice.extensions import settings_of
from backoffice.jobs import runner
from backoffice.rules.errors import RefusedError
from backoffice.services import job_runs, worker_lease
from backoffice.services.exclusive import Lock, take
from backoffice.services.job_kinds import Call, Job

LOOK_SECONDS = 0.5
BEAT_SECONDS = 5
GRACE_SECONDS = 4
STALLED_SECONDS = 5
# Pages go first: somebody waits for each of them. Anything in the background may take a moment longer.
NICENESS = 10
_SESSION = Path("/proc/self/autogroup")
_LOOK = "look"
_log = logging.getLogger(__name__)


def serve(jobs: Iterable[Job]) -> None:
    """Work until SIGTERM or SIGINT; then give a running job a few seconds, and end."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    _let_pages_go_first()
    worker = Worker(current_app._get_current_object(), jobs)  # type: ignore[attr-defined]  # noqa: SLF001 - threads need it
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.on_signal)
    worker.serve()
    if not worker.finish():
        # A thread cannot be ended from outside: the job is marked as abandoned at the next start.
        os._exit(0)


def _let_pages_go_first() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    # Linux weighs whole sessions against one another first, and processes only within theirs: autogroup in sched(7).
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            _SESSION.write_text(str(NICENESS), "ascii")


class Worker:
    """One worker process."""

    def __init__(self, app: Flask, jobs: Iterable[Job]) -> None:
        self._app, self._settings, self._jobs = app, settings_of(app), tuple(jobs)
        self.name = job_runs.process_name()
        self._pool = ThreadPoolExecutor(len(self._jobs), thread_name_prefix="job")
        self._running: dict[str, Future[None]] = {}
        self._stop, self._lost = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._looked_at = self._beaten_at = 0.0
        self._is_database_down = False

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """End soon; the same signal again ends at once."""
        signal.signal(number, signal.SIG_DFL)
        self._stop.set()

    def serve(self) -> None:
        """Lead whenever the lock is free, until told to stop."""
        _log.info("worker %s stands by", self.name)
        while not self._stop.is_set():
            lock = self._taken()
            if lock is None:
                self._stop.wait(LOOK_SECONDS)
                continue
            try:
                self._lead(lock)
            finally:
                lock.release()

    def finish(self) -> bool:
        """Wait a few seconds for running jobs; say whether all have ended."""
        with self._starting:
            self._pool.shutdown(wait=False)
            running = list(self._running.values())
        if wait(running, GRACE_SECONDS).not_done:
            return False
        self._say_goodbye()
        return True

    def _taken(self) -> Lock | None:
        try:
            lock = take("worker", self._settings)
        except (SQLAlchemyError, OSError) as error:
            self._note_database(error)
            return None
        self._note_database(None)
        return lock

    def _lead(self, lock: Lock) -> None:
        _log.info("worker %s is active", self.name)
        self._lost.clear()
        self._beaten_at, self._looked_at = 0.0, time.monotonic()
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            self.look, "interval", (lock,), seconds=LOOK_SECONDS, id=_LOOK,
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
        scheduler.start()
        try:
            while not (self._stop.wait(LOOK_SECONDS) or self._lost.is_set()):
                self.wake(scheduler)
        finally:
            scheduler.shutdown(wait=False)

    def wake(self, scheduler: BackgroundScheduler) -> None:
        """Set the tick anew where it stays away: APScheduler sleeps on when the system's clock was set back."""
        if time.monotonic() - self._looked_at > STALLED_SECONDS:
            scheduler.reschedule_job(_LOOK, trigger="interval", seconds=LOOK_SECONDS)

    def look(self, lock: Lock) -> None:
        """Start what is due, unless the lock was lost while this process slept."""
        self._looked_at = time.monotonic()
        if self._stop.is_set() or self._lost.is_set():
            return
        if not lock.is_held():
            _log.warning("worker %s is not the active one any more", self.name)
            self._lost.set()
            return
        try:
            with self._app.app_context():
                self._beat()
                self._start_what_is_due()
        except (SQLAlchemyError, OSError) as error:
            self._note_database(error)
        else:
            self._note_database(None)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at >= BEAT_SECONDS or not self._beaten_at:
            worker_lease.beat(self.name)
            self._beaten_at = time.monotonic()

    def _start_what_is_due(self) -> None:
        self._running = {name: future for name, future in self._running.items() if not future.done()}
        for name in job_runs.abandon_dead(self._settings, alive=self._running):
            _log.warning("job %s was abandoned: its process ended", name)
        for call in job_runs.calls(self._jobs, self._settings):
            with self._starting:
                if call.job.name not in self._running and not self._stop.is_set():
                    self._running[call.job.name] = self._pool.submit(self._run, call)

    def _run(self, call: Call) -> None:
        try:
            with self._app.app_context():
                runner.run(call, self._settings)
        except RefusedError as error:
            _log.info("%s", error)
        except (SQLAlchemyError, OSError) as error:
            self._note_database(error)

    def _say_goodbye(self) -> None:
        try:
            with self._app.app_context():
                worker_lease.end(self.name)
        except SQLAlchemyError as error:
            self._note_database(error)

    def _note_database(self, error: Exception | None) -> None:
        """Say once that the database is gone, and once that it is back."""
        if error is not None and not self._is_database_down:
            _log.warning("the database does not answer (%s); the worker waits for it", type(error).__name__)
        if error is None and self._is_database_down:
            _log.warning("the database answers again")
        self._is_database_down = error is not None
