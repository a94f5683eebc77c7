"""What the desk and the commands know of jobs: how they went, when they are next, and asking for one.

The room ``jobs`` registers what it has with the application (``Room``); services never import it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.i18n import N_
from backoffice.models import JobRun, JobState
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from backoffice.services.job_kinds import Call, Job
from backoffice.services.rows import add_if_missing
from backoffice.settings import Settings

# Source: contract.md "Commands", and inquiries, digest and synchronise.
NAMES = (
    "import", "reconcile", "remind", "expire", "approve", "mail", "outbox", "inquiries", "statistics", "threeway",
    "digest", "synchronise", "housekeeping",
)  # fmt: skip
_UNKNOWN = N_("There is no job named %(name)s.")
_ASKED = N_("The job %(name)s was requested already and starts as soon as the worker runs.")


@dataclass(frozen=True)
class Room:
    """What the room ``jobs`` brings: its jobs, the one way to run one, and the long-running worker."""

    jobs: Mapping[str, Job]
    run: Callable[[Call, Settings], int]
    start: Callable[[], None]


@dataclass(frozen=True)
class JobView:
    """One job as a screen shows it; ``requested`` means that it waits for the worker.

    ``title``, ``help`` and the values of ``words`` are message ids; so is ``last.detail``, filled by
    ``last.detail_values``.
    """

    name: str
    title: str
    help: str
    words: Mapping[str, str]
    last: JobRun | None
    due_at: dt.datetime
    requested: bool
    requested_by: str | None
    requested_dry_run: bool


def overview() -> list[JobView]:
    """Give every job that is built, in a fixed order. Writes nothing."""
    settings = settings_of(current_app)
    states = {state.name: state for state in db.session.scalars(sa.select(JobState))}
    newest = sa.select(sa.func.max(JobRun.id)).group_by(JobRun.name)
    last = {run.name: run for run in db.session.scalars(sa.select(JobRun).where(JobRun.id.in_(newest)))}
    return [_view(job, states.get(job.name), last.get(job.name), settings) for job in _room().jobs.values()]


def recent_runs(name: str, limit: int = 20) -> list[JobRun]:
    """Give the last runs of a job, newest first."""
    return list(
        db.session.scalars(sa.select(JobRun).where(JobRun.name == name).order_by(JobRun.id.desc()).limit(limit))
    )


def request(name: str, *, actor: str, dry_run: bool = False) -> None:
    """Ask the worker to run a job; it starts within two seconds.

    Raises RefusedError for a name that is unknown, and where the job was asked for already.
    """
    job = job_named(name)
    now = clock.now()
    due_at = job.rhythm(settings_of(current_app)).first(now)
    asked = {"requested_at": now, "requested_by": actor, "requested_dry_run": dry_run}
    with writing() as session:
        add_if_missing(session, JobState, {"name": name, "due_at": due_at, "requested_dry_run": False, "memory": {}})
        free = sa.update(JobState).where(JobState.name == name, JobState.requested_at.is_(None))
        if session.scalar(free.values(asked).returning(JobState.name)) is None:
            raise RefusedError(_ASKED, {"name": name})
        audit.record("jobs:job:requested", f"job:{name}", actor=actor, after={"dry_run": dry_run})


def run_now(name: str, *, actor: str, settings: Settings, dry_run: bool = False) -> JobRun:
    """Run a job in this process and give its row, whatever came of it.

    Raises RefusedError for a name that is unknown, and where the job is running already.
    """
    call = Call(job_named(name), actor, dry_run=dry_run)
    return db.session.get_one(JobRun, _room().run(call, settings))


def start_worker() -> None:
    """Be the long-running worker until SIGTERM or SIGINT."""
    _room().start()


def job_named(name: str) -> Job:
    """Give a job. Raises RefusedError."""
    found = _room().jobs.get(name)
    if found is None:
        raise RefusedError(_UNKNOWN, {"name": name})
    return found


def _room() -> Room:
    room = current_app.extensions["jobs"]
    assert isinstance(room, Room)
    return room


def _view(job: Job, state: JobState | None, last: JobRun | None, settings: Settings) -> JobView:
    asked = state is not None and state.requested_at is not None
    return JobView(
        name=job.name,
        title=job.title,
        help=job.help,
        words=job.words,
        last=last,
        due_at=state.due_at if state else job.rhythm(settings).first(clock.now()),
        requested=asked,
        requested_by=state.requested_by if state and asked else None,
        requested_dry_run=bool(state and asked and state.requested_dry_run),
    )
