"""Deleting what has been kept long enough. Source: reliability.md §4: findings and uploads are kept 90 days."""

import datetime as dt

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Announcement, DirectoryAcceptance, JobRun, Link, Message, Operation, PlannedAction, Run
from backoffice.models.job import RUNNING
from backoffice.models.message import QUEUED
from backoffice.models.run import PLANNED

KEEP = dt.timedelta(days=90)


def purge_runs() -> int:
    """Delete reconciliation runs older than 90 days with their findings and plans; give their number.

    The newest planned run of each directory stays, and so does a run whose plan was applied.
    """
    newest = sa.select(sa.func.max(Run.id)).where(Run.status == PLANNED).group_by(Run.directory)
    applied = sa.select(PlannedAction.run_id).join(Operation, Operation.planned_action_id == PlannedAction.id)
    old = sa.select(Run.id).where(Run.started_at < clock.now() - KEEP, Run.id.not_in(newest), Run.id.not_in(applied))
    with writing() as session:
        gone = session.scalars(old).all()
        session.execute(sa.delete(DirectoryAcceptance).where(DirectoryAcceptance.run_id.in_(gone)))
        session.execute(sa.update(Link).where(Link.run_id.in_(gone)).values(run_id=None))
        session.execute(sa.delete(Run).where(Run.id.in_(gone)))
    return len(gone)


def purge_messages() -> int:
    """Forget to whom messages older than 90 days went and what they said; give their number. That they went stays."""
    old = sa.update(Message).where(
        Message.created_at < clock.now() - KEEP, Message.state != QUEUED, Message.address != ""
    )
    with writing() as session:
        return len(session.scalars(old.values(address="", params={}).returning(Message.id)).all())


def purge_announcements() -> int:
    """Delete new colleagues whose announcement ended 90 days ago; give their number. The audit trail tells of them."""
    ended = sa.func.coalesce(Announcement.ended_at, Announcement.until)
    old = sa.delete(Announcement).where(ended < clock.now() - KEEP)
    with writing() as session:
        return len(session.scalars(old.returning(Announcement.id)).all())


def purge_job_runs() -> int:
    """Delete the record of jobs older than 90 days, but never the last run of a job; give the number of rows."""
    last = sa.select(sa.func.max(JobRun.id)).group_by(JobRun.name)
    old = sa.delete(JobRun).where(
        JobRun.started_at < clock.now() - KEEP, JobRun.status != RUNNING, JobRun.id.not_in(last)
    )
    with writing() as session:
        return len(session.scalars(old.returning(JobRun.id)).all())
