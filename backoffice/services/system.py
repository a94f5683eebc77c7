"""The state of the whole office at one look: parts, HR's files, queues, jobs, room on the disk, versions.

Source: issue "Managers see onboarding at a glance": Health.
"""

import datetime as dt
import platform
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Operation
from backoffice.models.operation import OPEN, PARKED
from backoffice.services import hr_overview, jobs, readiness, registration_retry, servers
from backoffice.services.hr_overview import SourceState
from backoffice.services.jobs import JobView
from backoffice.services.servers import Server
from backoffice.services.sessions import Actor
from backoffice.settings import Settings

# Seconds for all servers together.
PATIENCE = 3.0
INQUIRIES = "inquiries"
LIBRARIES = ("flask", "flask-admin", "sqlalchemy", "pandas", "ldap3", "apscheduler", "imapclient", "plotly")


@dataclass(frozen=True)
class Queue:
    """Operations of one kind, or registrations that wait for an inquiry.

    How many are under way and since when, and how many were given up.
    """

    kind: str
    under_way: int
    oldest: dt.datetime | None
    given_up: int


@dataclass(frozen=True)
class System:
    """``parts``: (name, whether it answers); ``servers``: those around us that the settings name.

    ``disk``: (free, whole) in bytes; ``versions``: (what, version).
    """

    parts: Sequence[tuple[str, bool]]
    servers: Sequence[Server]
    sources: Sequence[SourceState]
    queues: Sequence[Queue]
    jobs: Sequence[JobView]
    disk: tuple[int, int]
    versions: Sequence[tuple[str, str]]


def system(settings: Settings, actor: Actor) -> System:
    """Look at everything once; the directory takes about two seconds at most, all other servers three."""
    down = readiness.what_is_down(settings)
    names = [readiness.DATABASE, *([readiness.DIRECTORY] if settings.ldap_uri else []), readiness.WORKER]
    room = shutil.disk_usage(settings.instance)
    return System(
        parts=[(name, name not in down) for name in names],
        servers=servers.look(settings, patience=PATIENCE),
        sources=hr_overview.overview(settings, actor),
        queues=[*_inquiries(), *queues()],
        jobs=jobs.overview(),
        disk=(room.free, room.total),
        versions=_versions(),
    )


def queues() -> list[Queue]:
    """Give every kind of operation of which one is under way or was given up, those given up first."""
    under_way, given_up = Operation.state.in_(OPEN), Operation.state == PARKED
    counted = sa.select(
        Operation.kind,
        sa.func.count().filter(under_way),
        sa.func.min(sa.case((under_way, Operation.created_at))),
        sa.func.count().filter(given_up),
    )
    found = db.session.execute(counted.where(sa.or_(under_way, given_up)).group_by(Operation.kind))
    return sorted((Queue(*row) for row in found), key=lambda queue: (-queue.given_up, -queue.under_way, queue.kind))


def _inquiries() -> Iterator[Queue]:
    count, oldest = registration_retry.summary()
    if count:
        yield Queue(INQUIRIES, count, oldest, 0)


def _versions() -> list[tuple[str, str]]:
    return [("Python", platform.python_version()), _database(), *((name, metadata.version(name)) for name in LIBRARIES)]


def _database() -> tuple[str, str]:
    connection = db.session.connection()
    return connection.dialect.name, ".".join(map(str, connection.dialect.server_version_info or ()))
