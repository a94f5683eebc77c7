"""Which held rows of a run are released, which wait for a second person, and who that cannot be.

A word counts for the plan's hash it was given for, for 24 hours, and only while the plan stays in force: another plan
in between, or one that did not hold the row, ends it, and so does the end of the person's login.
Source: reconciliation.md "Actions and limits".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import PlannedAction, Release, Run, Snapshot, Staff
from backoffice.models.run import PLANNED
from backoffice.rules.releases import VALID, Signature, Standing, standing_of
from backoffice.services.planned_rows import PlannedRow, rows_of

STARTER, UPLOADER = "starter", "uploader"
Group = tuple[str, str | None]


@dataclass(frozen=True)
class HeldRow:
    """A held row, how far it is, the first of two people where a second is waited for, and every word that counts."""

    action: PlannedRow
    standing: Standing
    first: str
    signatures: tuple[Signature, ...]


def held_rows(session: Session, run: Run) -> list[HeldRow]:
    """Give every held row of a run, in canonical order."""
    words, out, now = _words(session, run), barred(session, run), clock.now()
    rows = rows_of(session, run, PlannedAction.held.is_(True))
    signed = ((row, tuple(word.signature for word in words if word.covers(row))) for row in rows)
    return [HeldRow(row, *standing_of(row.kind, given, out, now), given) for row, given in signed]


def barred(session: Session, run: Run) -> Mapping[str, str]:
    """Give who cannot be the second person for a run, and as what."""
    uploaders = session.scalars(sa.select(Snapshot.created_by).where(Snapshot.id.in_(run.snapshots.values())))
    return {run.started_by: STARTER, **dict.fromkeys(uploaders, UPLOADER)}


@dataclass(frozen=True)
class _Word:
    """A release that may still count. ``since``: what each plan held that was made after it and before this one."""

    signature: Signature
    rows: frozenset[str]
    since: tuple[frozenset[Group], ...]

    def covers(self, row: PlannedRow) -> bool:
        group = (row.kind, row.source)
        return row.row_hash in self.rows and all(group in held for held in self.since)


def is_touched(session: Session, run: Run) -> bool:
    """Say whether anybody's word for this plan may still count."""
    return session.scalar(_releases(run).with_only_columns(Release.id).limit(1)) is not None


def _releases(run: Run) -> sa.Select[Release]:
    still_here = sa.select(Staff.username).where(Staff.active)
    return sa.select(Release).where(
        Release.plan_hash == run.plan_hash, Release.at > clock.now() - VALID, Release.by.in_(still_here)
    )


def _words(session: Session, run: Run) -> list[_Word]:
    releases = session.scalars(_releases(run).order_by(Release.id)).all()
    plans = _plans_before(session, run, releases[0].run_id) if releases else []
    return [
        _Word(
            Signature(release.by, release.at, release.reason),
            frozenset(release.rows),
            tuple(_holds(plan, run) for plan in plans if plan.id > release.run_id),
        )
        for release in releases
    ]


def _plans_before(session: Session, run: Run, first: int) -> list[Run]:
    own = (Run.status == PLANNED, Run.directory == run.directory)
    return list(session.scalars(sa.select(Run).where(*own, Run.id > first, Run.id < run.id)))


def _holds(plan: Run, run: Run) -> frozenset[Group]:
    """Give what a plan held; nothing where it was another plan."""
    same = plan.plan_hash == run.plan_hash
    return frozenset((hold["kind"], hold["source"]) for hold in plan.held if same)
