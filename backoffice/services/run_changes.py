"""What a plan may change now, what it may not and why, and what it has changed: the sums a page shows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.extensions import db
from backoffice.models import Operation, PlannedAction, Run
from backoffice.models.operation import MADE
from backoffice.models.run import PLANNED
from backoffice.rules.releases import Standing
from backoffice.services import appliable, run_results, runs
from backoffice.services.appliable import Bar
from backoffice.services.directory_work import KINDS
from backoffice.services.release_standing import HeldRow
from backoffice.services.run_results import OUTCOMES, HowFar
from backoffice.settings import Settings


@dataclass(frozen=True)
class Line:
    """One kind and source of a plan.

    ``limit``: how many the plan could hold without being stopped. ``ready``: would be made if the plan were applied
    now; ``barred``: would not, by reason; ``held``: rows held and not released; ``waiting``: those of them that wait
    for a second person; ``ended``: rows by outcome.
    """

    kind: str
    source: str
    planned: int
    limit: int | None
    ready: int
    barred: Counter[str]
    held: int
    waiting: int
    ended: Counter[str]

    @property
    def is_message(self) -> bool:
        """Whether this is no change of the directory."""
        return self.kind not in KINDS


@dataclass(frozen=True)
class Changes(HowFar):
    """The whole plan. ``newer``: the newest plan's run where it is not this one. ``observing``: nothing may be made."""

    lines: tuple[Line, ...]
    newer: int | None
    observing: bool

    @property
    def ready(self) -> int:
        """How many rows would be made now."""
        return sum(line.ready for line in self.lines)

    @property
    def to_undo(self) -> int:
        """How many changes stand in the directory and could be taken back."""
        return sum(line.ended[MADE] for line in self.lines if not line.is_message)

    @property
    def told(self) -> int:
        """How many people were warned, or asked about; what has not left yet can be withdrawn."""
        return sum(line.ended[MADE] for line in self.lines if line.is_message)

    @property
    def any_held(self) -> bool:
        """Whether the plan still holds anything."""
        return any(line.held for line in self.lines)

    def is_held(self, kind: str, source: str) -> bool:
        """Say whether rows of a kind and source are still held."""
        return any(line.held for line in self.lines if (line.kind, line.source) == (kind, source))


def changes_of(run: Run, settings: Settings) -> Changes:
    """Give the changes of a planned run; no lines for a run without a plan."""
    newest = runs.newest_planned()
    newer = newest.id if newest is not None and newest.id != run.id else None
    lines = _lines(run, settings) if run.status == PLANNED else ()
    far = run_results.how_far(run.id)
    return Changes(far.ended, far.waits, lines, newer, settings.policy.mode == "observe")


def _lines(run: Run, settings: Settings) -> tuple[Line, ...]:
    session = db.session()
    planned = _planned(run)
    look = appliable.look(session, run, settings)
    ready = Counter(row.group for row in look.ready)
    barred = Counter((*row.group, bar) for row, bar in look.barred)
    held = _still_held(session, run, look.held)
    of_held = Counter(row.action.group for row in held)
    waiting = Counter(row.action.group for row in held if row.standing == Standing.WAITING)
    limits = {(entry["kind"], entry["source"] or ""): entry["limit"] for entry in run.limits}
    ended = run_results.counts(run.id)
    return tuple(
        Line(
            kind, source, count, limits.get((kind, source)), ready[kind, source],
            Counter({bar: barred[kind, source, bar] for bar in Bar if barred[kind, source, bar]}),
            of_held[kind, source], waiting[kind, source],
            Counter({how: ended[kind, source, how] for how in OUTCOMES if (kind, source, how) in ended}),
        )
        for (kind, source), count in sorted(planned.items())
    )  # fmt: skip


def _still_held(session: Session, run: Run, rows: Iterable[HeldRow]) -> list[HeldRow]:
    """Give the held rows that were not released; a row that is in the queue was, even if the release is over."""
    queued = set(session.scalars(sa.select(Operation.planned_action_id).where(Operation.run_id == run.id)))
    return [row for row in rows if row.standing != Standing.RELEASED and row.action.id not in queued]


def _planned(run: Run) -> Counter[tuple[str, str]]:
    own = sa.select(PlannedAction.kind, PlannedAction.source, sa.func.count()).where(PlannedAction.run_id == run.id)
    found = db.session.execute(own.group_by(PlannedAction.kind, PlannedAction.source))
    return Counter({(kind, source or ""): count for kind, source, count in found})
