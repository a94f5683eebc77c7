"""The record of jobs: what is due, which run has begun, how it ended.

Due times are rows, so a missed tick, a restart or a wrong clock loses nothing and repeats nothing. One job never runs
twice at once: a run holds a lock that ends with its process, the database admits one running row a job, and a due
time or request is claimed by a conditional UPDATE. Source: architecture.md "Processes", reliability.md §1.
"""

import datetime as dt
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import JobRun, JobState
from backoffice.models.job import ABANDONED, FAILED, RUNNING
from backoffice.rules.due import drawn_back
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from backoffice.services.exclusive import Lock, take
from backoffice.services.job_kinds import SCHEDULE, Call, Job, Outcome, Work
from backoffice.services.rows import add_if_missing
from backoffice.settings import Settings

RETRY_AFTER = dt.timedelta(minutes=15)
TRIES = 4
DIED = N_("The process ended before the job was finished.")
_BUSY = N_("The job %(name)s is running already.")
_ANSWERED = N_("The job %(name)s has just been started by someone else.")
_WANTED = sa.select(
    JobState.name, JobState.due_at, JobState.requested_at, JobState.requested_by, JobState.requested_dry_run
)


@dataclass(frozen=True)
class Begun:
    """A run that has begun in this process: its row, its lock, and what the job is given."""

    run_id: int
    call: Call
    lock: Lock
    work: Work


def process_name() -> str:
    """Name this process for people: host and process id."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def prepare(jobs: Iterable[Job], settings: Settings) -> None:
    """Give every job its row, and draw back due times that a wrong clock put too far ahead."""
    now = clock.now()
    with writing() as session:
        known = {state.name: state for state in session.scalars(sa.select(JobState))}
        for job in jobs:
            rhythm = job.rhythm(settings)
            if job.name not in known:
                _add(session, job.name, rhythm.first(now))
            elif (right := drawn_back(known[job.name].due_at, now, rhythm)) != known[job.name].due_at:
                known[job.name].due_at = right


def calls(jobs: Iterable[Job], settings: Settings) -> list[Call]:
    """Give what is to be run now: what a person asked for, and what is due. Writes only where ``prepare`` must."""
    now = clock.now()
    states = _states()
    found = []
    for job in jobs:
        state = states.get(job.name)
        if state is None or state.due_at > job.rhythm(settings).after(now):
            prepare([job], settings)
        elif state.requested_at is not None:
            asked = state.requested_by or SCHEDULE
            found.append(Call(job, asked, dry_run=state.requested_dry_run, requested_at=state.requested_at))
        elif state.due_at <= now or job.wakes():
            found.append(Call(job, due_at=state.due_at))
    return found


def begin(call: Call, settings: Settings) -> Begun:
    """Claim a run and write its row. Raises RefusedError where the job runs already or the claim was answered."""
    lock = take(f"job-{call.job.name}", settings)
    if lock is None:
        raise RefusedError(_BUSY, {"name": call.job.name})
    try:
        with writing() as session:
            abandon(session, call.job.name)
        with writing() as session:
            _claim(session, call, settings)
            run_id = _start(session, call)
            memory = session.get_one(JobState, call.job.name).memory
            return Begun(run_id, call, lock, Work(settings, call.actor, call.dry_run, dict(memory)))
    except BaseException:
        lock.release()
        raise


def finish(begun: Begun, status: str, outcome: Outcome) -> bool:
    """Write how a run ended and release its lock; False where it had been given up for dead meanwhile."""
    try:
        with writing() as session:
            if not _close(session, begun.run_id, status, outcome):
                return False
            if not begun.call.dry_run:
                _remember(session, begun, status, outcome)
            return True
    finally:
        begun.lock.release()


def abandon(session: Session, name: str) -> None:
    """Mark the running row of a job as abandoned; the job is due again. Only for who holds the job's lock.

    A job that ends its process each time is not started at once for ever, but waits for its next time.
    """
    running = sa.select(JobRun).where(JobRun.name == name, JobRun.status == RUNNING)
    for run in session.scalars(running).all():
        _close(session, run.id, ABANDONED, Outcome(detail=DIED))
        if not run.dry_run and _in_a_row(session, name, ABANDONED) < TRIES:
            session.execute(sa.update(JobState).where(JobState.name == name).values(due_at=clock.now()))
    session.flush()


def abandon_dead(settings: Settings, *, alive: Iterable[str] = ()) -> list[str]:
    """Mark every run whose process has died as abandoned, but for the jobs known to live; give the others' names."""
    found = []
    running = sa.select(JobRun.name).where(JobRun.status == RUNNING, JobRun.name.not_in(alive))
    for name in db.session.scalars(running).all():
        lock = take(f"job-{name}", settings)
        if lock is None:
            continue
        try:
            with writing() as session:
                abandon(session, name)
            found.append(name)
        finally:
            lock.release()
    return found


def _states() -> dict[str, sa.Row[str, dt.datetime, dt.datetime | None, str | None, bool]]:
    """Give what is due as plain values: rows of the session would be read anew one by one when it ends."""
    db.session.rollback()
    return {row.name: row for row in db.session.execute(_WANTED)}


def _add(session: Session, name: str, due_at: dt.datetime) -> None:
    blank = {"name": name, "due_at": due_at, "requested_dry_run": False, "memory": {}}
    add_if_missing(session, JobState, blank)


def _claim(session: Session, call: Call, settings: Settings) -> None:
    """Take the due time or the request that the call answers. Raises RefusedError where it is no longer so."""
    name, following = call.job.name, call.job.rhythm(settings).after(clock.now())
    _add(session, name, following)
    claim = sa.update(JobState).where(JobState.name == name).returning(JobState.name)
    if call.requested_at is not None:
        claim = claim.where(JobState.requested_at == call.requested_at).values(requested_at=None, requested_by=None)
    elif call.due_at is not None:
        claim = claim.where(JobState.due_at == call.due_at).values(due_at=following)
    else:
        return
    if session.scalar(claim) is None:
        raise RefusedError(_ANSWERED, {"name": name})


def _start(session: Session, call: Call) -> int:
    name = call.job.name
    run = JobRun(name=name, status=RUNNING, dry_run=call.dry_run, started_by=call.actor, started_at=clock.now())
    session.add(run)
    session.flush()
    if call.due_at is None and call.requested_at is None:
        audit.record("jobs:job:run", f"job:{name}", actor=call.actor, after={"dry_run": call.dry_run})
    return run.id


def _close(session: Session, run_id: int, status: str, outcome: Outcome) -> bool:
    """End a running row; False where it does not run any more."""
    values: dict[str, Any] = {
        "status": status, "finished_at": clock.now(), "counts": outcome.counts,
        "detail": outcome.detail, "detail_values": _plain(outcome.values),
    }  # fmt: skip
    running = sa.update(JobRun).where(JobRun.id == run_id, JobRun.status == RUNNING)
    return session.scalar(running.values(values).returning(JobRun.id)) is not None


def _plain(values: Any) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float | str) else str(value) for key, value in values.items()}


def _remember(session: Session, begun: Begun, status: str, outcome: Outcome) -> None:
    name = begun.call.job.name
    state = session.get_one(JobState, name)
    if outcome.memory is not None:
        state.memory = outcome.memory
    if status == FAILED and _in_a_row(session, name, FAILED) < TRIES:
        state.due_at = min(state.due_at, clock.now() + RETRY_AFTER)
    if begun.call.due_at is not None and outcome.idle:
        _drop_equal_run_before(session, begun, outcome)


def _in_a_row(session: Session, name: str, status: str) -> int:
    """Count how many of the last finished runs ended so, newest first."""
    finished = sa.select(JobRun.status).where(JobRun.name == name, JobRun.status != RUNNING, JobRun.dry_run.is_(False))
    last = session.scalars(finished.order_by(JobRun.id.desc()).limit(TRIES)).all()
    return next((n for n, found in enumerate(last) if found != status), len(last))


def _drop_equal_run_before(session: Session, begun: Begun, outcome: Outcome) -> None:
    """Keep one row, not thousands a day, of a job that looks often and finds nothing to do."""
    older = sa.select(JobRun).where(JobRun.name == begun.call.job.name, JobRun.id < begun.run_id)
    last = session.scalar(older.order_by(JobRun.id.desc()).limit(1))
    if last and last.started_by == SCHEDULE and (last.counts, last.detail) == (outcome.counts, outcome.detail):
        session.delete(last)
