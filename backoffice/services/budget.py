"""What was changed in the last seven days, which counts towards twice the limit of its kind and source.

Source: reconciliation.md "Actions and limits".
"""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Operation, Run
from backoffice.models.operation import ALREADY, MADE, OPEN, PARKED
from backoffice.rules.limits import BUDGET_TIME, is_over_budget
from backoffice.services.planned_rows import PlannedRow

Group = tuple[str, str]


def spent(session: Session) -> Counter[Group]:
    """Give (kind, source) -> how many changes were made in the last seven days and not taken back, or may yet be.

    What is under way counts, and what was given up too, for it may have been made.
    """
    lately = Operation.outcome.in_((MADE, PARKED)) & (Operation.finished_at > clock.now() - BUDGET_TIME)
    inverse = sa.orm.aliased(Operation)
    taken_back = sa.exists().where(inverse.undo_of == Operation.id, inverse.outcome.in_((MADE, ALREADY)))
    counts = (
        sa.select(Operation.kind, Operation.source, sa.func.count())
        .where(Operation.state.in_(OPEN) | lately, Operation.undo_of.is_(None), ~taken_back)
        .group_by(Operation.kind, Operation.source)
    )
    return Counter({(kind, source or ""): count for kind, source, count in session.execute(counts)})


def overdrawn(session: Session, run: Run, rows: Iterable[PlannedRow]) -> frozenset[Group]:
    """Give the kinds and sources whose weekly sum these rows of a run would exceed, were they made now."""
    wanted = Counter(row.group for row in rows)
    limits = {(entry["kind"], entry["source"] or ""): entry["limit"] for entry in run.limits}
    before = spent(session) if wanted else Counter[Group]()
    return frozenset(g for g, count in wanted.items() if is_over_budget(count, before[g], limits.get(g, 0)))
