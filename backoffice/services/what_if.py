"""A stored plan under other limits, side by side with what holds it now. Reads only; nothing of it can be applied.

Source: issue "Plans become changes", item 6; interface.md "What-if".
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import PlannedAction, Run
from backoffice.models.run import PLANNED
from backoffice.reconcile.holds import judge, limits_of
from backoffice.reconcile.outcome import Action, Basis, Outcome
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.settings import Limits

NO_PLAN = N_("Run %(run)s has no plan that could be judged under other limits.")
_FIELDS = ("kind", "source", "entry_uuid", "dn", "csn", "old", "new", "unit")


@dataclass(frozen=True)
class Judged:
    """One kind of change of one source: how many are planned; limit and hold as stored and under the other limits."""

    kind: str
    source: str | None
    planned: int
    limit: int
    other_limit: int
    hold: Mapping[str, Any] | None
    other_hold: Mapping[str, Any] | None


def what_if(run_id: int, other: Limits) -> list[Judged]:
    """Judge the plan of a run under other limits. Raises RefusedError for a run without a plan."""
    run = db.session.get(Run, run_id)
    if run is None or run.status != PLANNED or not run.basis:
        raise RefusedError(NO_PLAN, {"run": run_id})
    rows = db.session.scalars(sa.select(PlannedAction).where(PlannedAction.run_id == run_id).order_by(PlannedAction.id))
    planned = [Action(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]
    basis = _basis(run.basis)
    limits = limits_of(planned, basis, other)
    holds = {(hold.source, hold.kind): hold.kept() for hold in judge(planned, basis, other)}
    now = {(hold["source"], hold["kind"]): hold for hold in run.held}
    before = {(row["source"], row["kind"]): row["limit"] for row in run.limits}
    counts = Counter((action.source, action.kind) for action in planned)
    return [
        Judged(kind, source, counts[source, kind], before.get((source, kind), limit), limit,
               now.get((source, kind)), holds.get((source, kind)))
        for (source, kind), limit in sorted(limits.items(), key=lambda item: (item[0][0] or "", item[0][1]))
    ]  # fmt: skip


def stored_basis(outcome: Outcome) -> dict[str, Any]:
    """Give what the limits were counted from as it is kept with the run; of the units, only those that may empty."""
    basis = outcome.basis
    touched = {(action.source or "", action.unit) for action in outcome.actions if action.kind == s.DISABLE}
    return {
        "accounts": dict(basis.accounts),
        "units": _listed((place, n) for place, n in basis.units.items() if place in touched),
        "new_cases": basis.new_cases,
        "made": _listed(basis.made.items()),
        "first_runs": sorted(basis.first_runs),
    }


def _listed(counts: Iterable[tuple[tuple[str, str], int]]) -> list[list[Any]]:
    return [[*key, count] for key, count in sorted(counts)]


def _basis(kept: Mapping[str, Any]) -> Basis:
    units = {(source, unit): count for source, unit, count in kept["units"]}
    made = {(kind, source): count for kind, source, count in kept["made"]}
    return Basis(kept["accounts"], units, kept["new_cases"], made, frozenset(kept["first_runs"]))
