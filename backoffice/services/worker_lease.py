"""The sign of life of the active worker, read by /readyz. It is no lock."""

import datetime as dt

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import WorkerLease
from backoffice.services.rows import add_if_missing

SEEN_WITHIN = dt.timedelta(seconds=60)
_NAME = "worker"


def beat(owner: str) -> None:
    """Note that this worker is alive."""
    now = clock.now()
    with writing() as session:
        add_if_missing(session, WorkerLease, {"name": _NAME, "owner": owner, "seen_at": now})
        lease = sa.update(WorkerLease).where(WorkerLease.name == _NAME)
        session.execute(lease.values(owner=owner, seen_at=now))


def end(owner: str) -> None:
    """Note that this worker ends in an orderly way; another one's sign of life stays."""
    with writing() as session:
        session.execute(sa.delete(WorkerLease).where(WorkerLease.name == _NAME, WorkerLease.owner == owner))


def is_alive() -> bool:
    """Say whether a worker was seen within the last minute; a time ahead of the clock is no sign of life."""
    seen = db.session.scalar(sa.select(WorkerLease.seen_at).where(WorkerLease.name == _NAME))
    return seen is not None and abs(clock.now() - seen) <= SEEN_WITHIN
