"""How each row of a run that was applied ended. Questions are bounded: one page, or counts."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Finding, Operation, PlannedAction
from backoffice.models.operation import ALREADY, FAILED, MADE, OPEN, PARKED, STALE
from backoffice.services import queue_waits
from backoffice.services.paging import Page
from backoffice.services.queue_waits import Waits

# Besides the outcomes of an operation: under way, being taken back, taken back, could not be taken back.
UNDER_WAY, UNDOING, UNDONE, NOT_UNDONE = "open", "undoing", "undone", "not_undone"
OUTCOMES = (UNDER_WAY, MADE, ALREADY, STALE, FAILED, PARKED, UNDOING, UNDONE, NOT_UNDONE)

_Inverse = sa.orm.aliased(Operation)
_OUTCOME: sa.ColumnElement[str] = sa.case(
    (_Inverse.state.in_(OPEN), UNDOING),
    (_Inverse.outcome.in_((MADE, ALREADY)), UNDONE),
    (_Inverse.id.is_not(None), NOT_UNDONE),
    (Operation.state.in_(OPEN), UNDER_WAY),
    else_=Operation.outcome,
)


@dataclass(frozen=True)
class Result:
    """One row: what was planned for whom, how it ended, and the operation whose sentence says more."""

    action: PlannedAction
    finding: Finding
    outcome: str
    operation: Operation

    @property
    def can_undo(self) -> bool:
        """Whether this is a change of the directory that stands."""
        return self.outcome == MADE and bool(self.operation.changes)


@dataclass(frozen=True)
class HowFar:
    """The rows of a run that were put into the queue. ``ended``: rows by outcome, in the order of outcomes.

    ``waits``: why those under way do not go on, None where they do.
    """

    ended: Counter[str]
    waits: Waits | None

    @property
    def begun(self) -> int:
        """How many rows were put into the queue."""
        return self.ended.total()

    @property
    def open(self) -> int:
        """How many of them are under way, forth or back."""
        return self.ended[UNDER_WAY] + self.ended[UNDOING]

    @property
    def finished(self) -> int:
        """How many of them are not."""
        return self.begun - self.open

    @property
    def state(self) -> str:
        """One word for a page that waits; it changes when the page should be shown anew."""
        return "working" if self.open else "idle"


def how_far(run_id: int) -> HowFar:
    """Give how far a run is; a few sums only, so a page may ask again and again."""
    found: Counter[str] = Counter()
    for (_kind, _source, outcome), number in counts(run_id).items():
        found[outcome] += number
    open_ones = found[UNDER_WAY] + found[UNDOING]
    return HowFar(
        Counter({how: found[how] for how in OUTCOMES if found[how]}), queue_waits.waits(run_id) if open_ones else None
    )


def counts(run_id: int) -> dict[tuple[str, str, str], int]:
    """Give (kind, source, outcome) -> number of rows of a run."""
    asked = (
        sa.select(Operation.kind, Operation.source, _OUTCOME, sa.func.count())
        .outerjoin(_Inverse, _Inverse.undo_of == Operation.id)
        .where(Operation.run_id == run_id, Operation.planned_action_id.is_not(None))
        .group_by(Operation.kind, Operation.source, _OUTCOME)
    )
    return {(kind, source or "", outcome): number for kind, source, outcome, number in db.session.execute(asked)}


def page_of(run_id: int, number: int, size: int, *, outcome: str = "", kind: str = "") -> Page[Result]:
    """Give one page of results in canonical order; "" asks for every outcome or kind."""
    asked = (
        sa.select(PlannedAction, Finding, _OUTCOME, Operation, _Inverse)
        .join(Operation, Operation.planned_action_id == PlannedAction.id)
        .join(Finding, (Finding.run_id == PlannedAction.run_id) & (Finding.row == PlannedAction.finding_row))
        .outerjoin(_Inverse, _Inverse.undo_of == Operation.id)
        .where(PlannedAction.run_id == run_id, Operation.undo_of.is_(None))
    )
    if outcome:
        asked = asked.where(_OUTCOME.in_([outcome]))
    if kind:
        asked = asked.where(PlannedAction.kind == kind)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
    number = min(number, max(0, (total - 1) // size))
    found = asked.order_by(PlannedAction.finding_row, PlannedAction.id).limit(size).offset(number * size)
    rows = [
        Result(action, finding, how, inverse or own) for action, finding, how, own, inverse in db.session.execute(found)
    ]
    return Page(rows, total, number, size)
