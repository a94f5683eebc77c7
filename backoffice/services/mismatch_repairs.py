"""Cases that a new file of HR repairs close by themselves, and the person is told. Source: mission S29.

Each case is checked and closed in a transaction of its own, so a break in between loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Announcement, Case, Registration, Snapshot
from backoffice.models.hr import ACCEPTED
from backoffice.rules.case_states import AUTO_CLOSED, MISMATCH, OPEN
from backoffice.rules.errors import RefusedError
from backoffice.rules.mismatch_offers import FOR_HR, refusing
from backoffice.rules.registration_states import REJECTED
from backoffice.services import identity, identity_facts, mismatch_check, mismatch_work
from backoffice.settings import Settings

SYSTEM = "system"
# What tells nothing of the person: it changes with every file, or is our own.
_NOT_COMPARED = frozenset({"line"})


@dataclass(frozen=True)
class Repairs:
    """What came of a look: cases closed, still refused, and put off because a service did not answer."""

    closed: int = 0
    refused: int = 0
    put_off: int = 0


def state_of_hr() -> dict[str, str]:
    """Give a mark that changes whenever a file is accepted or a colleague is announced."""
    newest = sa.select(Snapshot.source, sa.func.max(Snapshot.id), sa.func.max(Snapshot.accepted_at))
    accepted = newest.where(Snapshot.status == ACCEPTED).group_by(Snapshot.source)
    marks = {source: f"{number}/{moment}" for source, number, moment in db.session.execute(accepted)}
    announced = db.session.scalar(sa.select(sa.func.max(Announcement.id))) or 0
    return {**marks, "": str(announced)}


def recheck_all(settings: Settings) -> Repairs:
    """Check the open cases of which HR now says something else than when they were judged."""
    closed = refused = 0
    waiting = _waiting()
    for case_id, attempt in waiting:
        if not _says_otherwise(attempt, settings):
            continue
        try:
            passes = mismatch_work.recheck(case_id, actor=SYSTEM, settings=settings, closing=AUTO_CLOSED)
        except RefusedError as fault:
            if fault.message == mismatch_check.NO_ANSWER:
                return Repairs(closed, refused, put_off=1)
            continue
        closed, refused = closed + passes, refused + (not passes)
    return Repairs(closed, refused)


def _waiting() -> Sequence[tuple[int, Registration]]:
    """Give the open cases that HR can mend, with their newest attempt."""
    newest = sa.select(sa.func.max(Registration.id)).where(Registration.case_id.is_not(None))
    question = (
        sa.select(Case.id, Registration)
        .join(Registration, Registration.case_id == Case.id)
        .where(Case.kind == MISMATCH, Case.state.in_(OPEN), Registration.state == REJECTED)
        .where(Registration.id.in_(newest.group_by(Registration.case_id)))
        .order_by(Case.id)
    )
    found = [
        (case_id, attempt) for case_id, attempt in db.session.execute(question) if refusing(attempt.causes) & FOR_HR
    ]
    db.session.expunge_all()
    return found


def _says_otherwise(attempt: Registration, settings: Settings) -> bool:
    rows = identity_facts.hr_of(mismatch_check.claim_of(attempt), settings)
    return _in_order([identity.row_kept(row) for row in rows]) != _in_order(attempt.evidence.get("hr") or [])


def _in_order(rows: Sequence[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """Give rows so that they compare whatever their order and line."""
    return sorted(
        sorted((name, str(value)) for name, value in row.items() if name not in _NOT_COMPARED) for row in rows
    )
