"""What the page of an HR file shows beside the row itself."""

from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import AuditEntry, QuarantinedRow, Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.services.snapshot_decision import Decision, decision_on
from backoffice.services.snapshots import Vanishing, newest_accepted, would_vanish
from backoffice.settings import Settings

HISTORY = ("hr:snapshot:held", "hr:snapshot:accepted_first", "hr:snapshot:accepted", "hr:snapshot:confirmed")


@dataclass(frozen=True)
class Page:
    """A file with its history, oldest first. ``counts``: it is the accepted file that counts now.

    ``vanishing``: who has a row in the accepted file but none in this one, asked only while a decision is open; None
    where that cannot be told any more.
    """

    snapshot: Snapshot
    counts: bool
    decision: Decision
    quarantined: list[QuarantinedRow]
    history: list[AuditEntry]
    vanishing: list[Vanishing] | None


def page_of(snapshot: Snapshot, username: str, settings: Settings) -> Page:
    """Gather what a desk user sees of a file."""
    newest = newest_accepted(snapshot.source)
    decision = decision_on(snapshot, username)
    is_closed = decision in (Decision.NONE, Decision.REPAIR, Decision.OVERTAKEN)
    return Page(
        snapshot=snapshot,
        counts=newest is not None and newest.id == snapshot.id,
        decision=decision,
        quarantined=list(snapshot.quarantined),
        history=_history(snapshot.id),
        vanishing=[] if is_closed else _vanishing(snapshot.id, settings),
    )


def _history(snapshot_id: int) -> list[AuditEntry]:
    own = sa.select(AuditEntry).where(AuditEntry.subject == f"snapshot:{snapshot_id}", AuditEntry.action.in_(HISTORY))
    return list(db.session.scalars(own.order_by(AuditEntry.id)))


def _vanishing(snapshot_id: int, settings: Settings) -> list[Vanishing] | None:
    try:
        return would_vanish(snapshot_id, settings)
    except RefusedError:
        return None
