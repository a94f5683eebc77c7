"""The figures a monitoring system watches, each from one question to the database.

Only counts and times: no name, code or number of a person. Source: contract.md "Pages" (/metrics).
"""

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Account, Case, JobRun, MailMove, Operation, PermanentRequest, Snapshot
from backoffice.models.hr import ACCEPTED
from backoffice.models.job import DONE, FAILED, RUNNING
from backoffice.models.operation import OPEN, PARKED
from backoffice.rules import mail_move_states
from backoffice.rules.case_states import CLOSED
from backoffice.services import readiness, servers
from backoffice.services.system import PATIENCE
from backoffice.settings import Settings

PARTS = (readiness.DATABASE, readiness.DIRECTORY, readiness.WORKER)
Values = dict[tuple[str, ...], float]
Column = sa.orm.InstrumentedAttribute[Any]
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Gauge:
    """One figure by its labels. Names end with their unit, as Prometheus wants it; seconds and bytes."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: Values


def gauges(settings: Settings) -> Iterator[Gauge]:
    """Give every figure; where the database does not answer, only what is up, and the disk."""
    down = readiness.what_is_down(settings)
    yield Gauge("up", "Whether a part or a server answers", ("part",), _up(down, settings))
    free = shutil.disk_usage(settings.instance).free
    yield Gauge("disk_free_bytes", "Room left beside the database and the files", (), {(): free})
    if readiness.DATABASE not in down:
        try:
            yield from list(_of_the_database())
        except SQLAlchemyError:
            db.session.rollback()


def _up(down: Collection[str], settings: Settings) -> Values:
    around = [one for one in servers.look(settings, patience=PATIENCE) if one.is_known]
    parts: Values = {(part,): float(part not in down) for part in PARTS}
    return parts | {(one.name,): float(one.fault is None) for one in around}


def _of_the_database() -> Iterator[Gauge]:
    under_way, undecided = Operation.state.in_((*OPEN, PARKED)), Case.state.not_in(CLOSED)
    operations = _counts((Operation.kind, Operation.state), under_way)
    yield Gauge("operations", "Changes under way or given up", ("kind", "state"), operations)
    yield Gauge("operation_oldest_seconds", "Age of the oldest change under way", (), {(): _age_of_the_oldest()})
    yield Gauge("cases_open", "Cases that wait for a decision", ("kind",), _counts((Case.kind,), undecided))
    yield Gauge("accounts", "Accounts of this office", ("state",), _counts((Account.state,)))
    yield Gauge("permanent_requests", "Requests for permanent accounts", ("state",), _counts((PermanentRequest.state,)))
    yield Gauge("mail_moves", "Moves of mailboxes", ("state",), _counts((MailMove.state,)))
    why = _counts((MailMove.failure,), MailMove.state == mail_move_states.FAILED)
    yield Gauge("mail_moves_failed", "Moves of mailboxes that stopped, by reason", ("reason",), why)
    moved, left = (
        db.session.scalar(sa.select(sa.func.sum(column))) for column in (MailMove.size_done, MailMove.refused)
    )
    yield Gauge("mail_moved_bytes", "Mail that is at the new server", (), {(): float(moved or 0)})
    yield Gauge("mail_refused_messages", "Messages that could not be moved", (), {(): float(left or 0)})
    accepted = _times(Snapshot.source, Snapshot.accepted_at, Snapshot.status == ACCEPTED)
    yield Gauge("hr_accepted_timestamp_seconds", "When HR's newest file was accepted", ("source",), accepted)
    done = _times(JobRun.name, JobRun.finished_at, JobRun.status == DONE, JobRun.dry_run.is_(False))
    yield Gauge("job_success_timestamp_seconds", "When a job last ended well", ("job",), done)
    yield Gauge("job_failed", "Whether the last run of a job failed", ("job",), _failed_jobs())


def _counts(by: tuple[Column, ...], *where: Condition) -> Values:
    found = db.session.execute(sa.select(*by, sa.func.count()).where(*where).group_by(*by))
    return {tuple(labels): float(count) for *labels, count in found}


def _sum(column: Column) -> Values:
    return {(): float(db.session.scalar(sa.select(sa.func.sum(column))) or 0)}


def _times(by: Column, moment: Column, *where: Condition) -> Values:
    found = db.session.execute(sa.select(by, sa.func.max(moment)).where(*where).group_by(by))
    return {(label,): newest.timestamp() for label, newest in found if newest}


def _age_of_the_oldest() -> float:
    oldest = db.session.scalar(sa.select(sa.func.min(Operation.created_at)).where(Operation.state.in_(OPEN)))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def _failed_jobs() -> Values:
    ended = JobRun.dry_run.is_(False), JobRun.status != RUNNING
    newest = sa.select(sa.func.max(JobRun.id)).where(*ended).group_by(JobRun.name)
    found = db.session.execute(sa.select(JobRun.name, JobRun.status).where(JobRun.id.in_(newest)))
    return {(name,): float(status == FAILED) for name, status in found}
