"""Applying a run: exactly its frozen rows become operations. Taking it back: the stored inverses do.

Source: reconciliation.md principles 4–8; mission S59 (modes and trust); contract.md ``apply`` and ``undo``.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Operation, PlannedAction, Run
from backoffice.models.operation import ALREADY, DONE, FAILED, MADE, OPEN, PARKED, PENDING, STALE
from backoffice.rules.errors import RefusedError
from backoffice.services import appliable, audit, plan_in_force, planned_rows, queue_waits, telling, trust
from backoffice.services.directory_work import KINDS
from backoffice.services.inverse import inverse_of
from backoffice.services.messages import KIND_OF
from backoffice.services.queue_waits import Waits
from backoffice.settings import Settings

OBSERVING = N_("The desk is in observe mode; nothing outside it is changed.")
NOTHING_TO_UNDO = N_("Nothing that run %(run)s changed can be taken back.")
_HELD = "held"


@dataclass
class Progress:
    """How far an apply or undo is: rows by outcome, and rows that are still under way (``open``).

    ``why``: message ids with values that say why rows are held; ``waits``: why those under way do not go on.
    """

    run: int
    counts: Counter[str] = field(default_factory=Counter)
    open: int = 0
    why: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    waits: Waits | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Give the object of contract.md ``apply``, ``undo``, ``release``."""
        outcomes = (MADE, STALE, FAILED, PARKED, _HELD, ALREADY)
        return {"run": self.run, **{outcome: self.counts[outcome] for outcome in outcomes}}

    def since(self, before: "Progress") -> "Progress":
        """Give the same as one call sees it: what was done before the call counts as ``already``."""
        counts = self.counts.copy()
        counts[MADE] -= before.counts[MADE]
        counts[ALREADY] += before.counts[MADE]
        return replace(self, counts=counts)

    @property
    def is_faulty(self) -> bool:
        """Whether a row failed or was given up."""
        return bool(self.counts[FAILED] or self.counts[PARKED])


def apply(run_id: int, *, actor: str, settings: Settings, rows: Collection[int] | None = None) -> int:
    """Queue the plan of a run, or the chosen finding rows of it; give how many rows were queued now.

    Left out: held rows that were not released, kinds that may only be reported, and kinds of which too many were
    changed in the last seven days. What was queued before is not queued again.
    Raises RefusedError in observe mode, for a run without a plan, and for a plan that a newer one replaced.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    with writing() as session:
        run = plan_in_force.planned(session, run_id)
        fresh = planned_rows.actions_of(session, run, appliable.look(session, run, settings, rows).ready)
        if fresh:
            plan_in_force.refuse_overtaken(session, run)
        session.add_all(_operation(action, run, actor) for action in fresh if action.kind in KINDS)
        said = [action for action in fresh if action.kind in telling.KINDS]
        telling.tell(session, run, said, actor=actor, settings=settings)
        if fresh:
            after = dict(Counter(action.kind for action in fresh))
            audit.record("reconcile:run:applied", f"run:{run.id}", actor=actor, after=after)
        return len(fresh)


def undo(run_id: int, *, actor: str, settings: Settings, rows: Collection[int] | None = None) -> int:
    """Queue the inverse of what a run changed, newest change first; give how many rows were queued now.

    Warnings of the run that have not left yet are withdrawn.
    Raises RefusedError in observe mode and where there is nothing to take back.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    with writing() as session:
        run = plan_in_force.planned(session, run_id)
        made, withdrawn = undoable(session, run, rows), telling.take_back(session, run, rows)
        if not made and not withdrawn and not _undone(session, run):
            raise RefusedError(NOTHING_TO_UNDO, {"run": run_id})
        session.add_all(inverse_of(operation, actor) for operation in made)
        if made or withdrawn:
            trust.step_back(((o.kind, o.source) for o in made), actor=actor, settings=settings)
            after = {**Counter(operation.kind for operation in made), "messages": withdrawn}
            audit.record("reconcile:run:undone", f"run:{run.id}", actor=actor, after=after)
        return len(made)


def progress(run_id: int, *, settings: Settings, undoing: bool = False) -> Progress:
    """Give how far the run's own operations are, or those that take it back."""
    which = Operation.undo_of.is_not(None) if undoing else Operation.undo_of.is_(None)
    own = (Operation.run_id == run_id, Operation.kind.not_in(KIND_OF.values()))
    states = sa.select(Operation.state, Operation.outcome, sa.func.count()).where(*own, which)
    found = Progress(run_id, open=0 if undoing else telling.sending(db.session(), run_id))
    for state, outcome, count in db.session.execute(states.group_by(Operation.state, Operation.outcome)):
        if state in OPEN:
            found.open += count
        else:
            found.counts[outcome] += count
    if found.open:
        found.waits = queue_waits.waits(run_id)
    if not undoing:
        _add_held(found, settings)
    return found


def _add_held(found: Progress, settings: Settings) -> None:
    run = db.session.get(Run, found.run)
    left = appliable.look(db.session(), run, settings) if run else appliable.Appliable()
    found.counts[_HELD], found.why = len(left.barred), appliable.explained(left)


def _operation(action: PlannedAction, run: Run, actor: str) -> Operation:
    now = clock.now()
    return Operation(
        kind=action.kind, subject=f"entry:{action.entry_uuid}", source=action.source, directory=action.directory,
        desired={"entry_uuid": action.entry_uuid, "csn": action.csn, "old": action.old, "new": action.new},
        state=PENDING, not_before=now, run_id=run.id, planned_action_id=action.id, requested_by=actor, created_at=now,
    )  # fmt: skip


def undoable(session: Session, run: Run, rows: Collection[int] | None = None) -> list[Operation]:
    """Give what a run made and nobody took back or is about to, newest first; of these finding rows or all."""
    inverse = sa.orm.aliased(Operation)
    taken_back = sa.exists().where(inverse.undo_of == Operation.id)
    made = (
        sa.select(Operation, PlannedAction.finding_row)
        .join(PlannedAction, PlannedAction.id == Operation.planned_action_id)
        .where(Operation.run_id == run.id, Operation.state == DONE, Operation.outcome == MADE, ~taken_back)
        .order_by(Operation.id.desc())
    )
    found = session.execute(made)
    return [operation for operation, row in found if (rows is None or row in rows) and operation.changes]


def _undone(session: Session, run: Run) -> bool:
    inverse = sa.select(Operation.id).where(Operation.run_id == run.id, Operation.undo_of.is_not(None))
    return session.scalar(inverse.limit(1)) is not None
