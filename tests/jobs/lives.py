"""A worker in a process of its own that looks at what is due when the test says so, at the moment the test says.

All but the ticking is the real worker: its lock, its look, its threads, and due times in tables.
"""

import datetime as dt
from concurrent.futures import wait
from multiprocessing.connection import Connection
from random import Random

from backoffice import clock, create_app
from backoffice.jobs import expire, remind
from backoffice.jobs.schedule import Worker
from backoffice.rules.due import Every
from backoffice.services import message_work, messages, operations
from backoffice.services.exclusive import Lock, take
from backoffice.services.job_kinds import Job, Outcome, Work
from backoffice.settings import Settings
from tests.forks import FORKS
from tests.waiting import wait_until

SECONDS = 600


def _tell(work: Work) -> Outcome:
    """Hand over the messages that are due, as the queue does, without the rest of it."""
    operations.give_back_claims(message_work.KINDS)
    for kind in (messages.SEND_SMS, messages.SEND_MAIL):
        while message_work.work(kind, work.settings):
            pass
    return Outcome(idle=True)


def _is_any_to_be_told() -> bool:
    return operations.any_due(frozenset(message_work.KINDS))


JOBS = (
    remind.JOB, expire.JOB,
    Job("outbox", "Messages", "Help", {}, lambda _settings: Every(SECONDS), _tell, wakes=_is_any_to_be_told),
)  # fmt: skip


def _lock(settings: Settings) -> Lock:
    """Take the lock of the active worker; PostgreSQL notices a moment late that its holder was killed."""
    found: list[Lock] = []

    def is_ours() -> bool:
        found.extend(filter(None, [take("worker", settings)]))
        return bool(found)

    wait_until(is_ours, "the lock is free")
    return found[0]


def _live(settings: Settings, orders: Connection) -> None:
    app = create_app(settings, pages=False)
    worker, lock = Worker(app, JOBS), _lock(settings)
    while True:
        moment: dt.datetime = orders.recv().astimezone(dt.UTC)
        clock.now = lambda moment=moment: moment  # type: ignore[misc]
        for _ in range(2):  # the first look of all only gives each job its time
            worker.look(lock)
            while worker._running:
                wait(worker._running.values())
                worker.look(lock)
        orders.send(moment)


class Lives:
    """One worker after another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.begin()

    def begin(self) -> None:
        """Start a worker."""
        self._orders, theirs = FORKS.Pipe()
        self._process = FORKS.Process(target=_live, args=(self._settings, theirs))
        self._process.start()
        theirs.close()

    def look(self, moment: dt.datetime) -> None:
        """Let the worker do what is due at a moment, and wait for it."""
        self._orders.send(moment)
        assert self._orders.recv() == moment

    def die_at(self, moment: dt.datetime, random: Random, longest: float) -> None:
        """Kill the worker while it does what is due at a moment, and start another."""
        self._orders.send(moment)
        self._orders.poll(random.uniform(0, longest))
        self.end()
        self.begin()

    def end(self) -> None:
        """Kill the worker."""
        self._process.kill()
        self._process.join()
        self._orders.close()
