"""The acts an auditor looks at first: exports, exceptions, releases, rights; how often and by how many people."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry
from backoffice.services import audit, audit_anchors

DAYS = 7
WEIGHTY = (
    "person:code:unmasked",
    "person:story:exported",
    "reconcile:findings:exported",
    "reconcile:inverse:exported",
    "hr:corrections:exported",
    "mail:move:exported",
    "overrides:override:made",
    "cases:mismatch:accepted",
    "cases:mismatch:row_chosen",
    "cases:mismatch:adopted",
    "cases:batch:accepted",
    "hr:snapshot:accepted",
    "directory:size:accepted",
    "reconcile:rows:released",
    "reconcile:run:applied",
    "reconcile:run:undone",
    "account:batch:released",
    "account:temporary:purge_confirmed",
    "counter:mobile:changed",
    "staff:account:added",
    "staff:account:changed",
    "staff:password:set",
    "staff:totp:reset",
    "trust:level:set",
    "settings:auto_approve:turned",
    "codes:alarm:raised",
)


@dataclass(frozen=True)
class Acts:
    """How often something was done, by how many, and when last."""

    action: str
    count: int
    actors: int
    last: dt.datetime


@dataclass(frozen=True)
class Trail:
    """``rows``: how long the trail is; ``anchored``: the newest row that was anchored, None where nobody can say."""

    rows: int
    anchored: int | None


def weighty() -> Sequence[Acts]:
    """Give the weighty acts of the last DAYS days, in the order of WEIGHTY."""
    question = (
        sa.select(
            AuditEntry.action, sa.func.count(), sa.func.count(AuditEntry.actor.distinct()), sa.func.max(AuditEntry.at)
        )
        .where(AuditEntry.at >= clock.now() - dt.timedelta(days=DAYS), AuditEntry.action.in_(WEIGHTY))
        .group_by(AuditEntry.action)
    )
    found = [Acts(*row) for row in db.session.execute(question)]
    return sorted(found, key=lambda acts: WEIGHTY.index(acts.action))


def trail(instance: Path) -> Trail:
    """Say how long the trail is and up to where it is anchored; whether it is whole, ``audit.verify`` says."""
    try:
        anchored: int | None = max((anchor.entry_id for anchor in audit_anchors.read(instance)), default=0)
    except audit_anchors.BadAnchorError:
        anchored = None
    return Trail(audit.size(), anchored)
