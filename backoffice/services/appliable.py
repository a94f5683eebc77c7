"""What may be applied of a plan at this moment, and why the rest may not.

Source: reconciliation.md "Actions and limits"; mission S59 (trust levels).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.i18n import N_
from backoffice.models import Operation, PlannedAction, Run
from backoffice.services import telling, trust
from backoffice.services.budget import group_of, overdrawn
from backoffice.services.directory_work import KINDS
from backoffice.services.release_standing import released
from backoffice.services.trust import REPORT
from backoffice.settings import Settings


class Bar(StrEnum):
    """Why a row of a plan may not be applied now."""

    HELD = "held"  # the plan holds it and it was not released
    REPORT = "report"  # its kind may only be reported
    BUDGET = "budget"  # what was changed in seven days would be more than twice the limit


WHY = {
    Bar.HELD: N_("%(count)d × «%(kind)s» of «%(source)s» is held; it must be released first."),
    Bar.REPORT: N_("%(count)d × «%(kind)s» of «%(source)s» may only be reported at its trust level."),
    Bar.BUDGET: N_(
        "%(count)d × «%(kind)s» of «%(source)s» waits: with what was changed in the last 7 days it would be more than "
        "is allowed without a release. A new plan will hold it."
    ),
}


@dataclass(frozen=True)
class Appliable:
    """The rows not queued yet: those that may be applied now, and the others with their reason."""

    ready: list[PlannedAction] = field(default_factory=list)
    barred: list[tuple[PlannedAction, Bar]] = field(default_factory=list)


def look(session: Session, run: Run, settings: Settings, wanted: Iterable[int] | None = None) -> Appliable:
    """Judge every row of a planned run that was not queued yet (of the ``wanted`` finding rows)."""
    levels, free = trust.levels(settings), released(session, run)
    found, passing = Appliable(), []
    rows = None if wanted is None else frozenset(wanted)
    for action in _not_queued(session, run):
        if rows is not None and action.finding_row not in rows:
            continue
        if levels.of(action.kind, action.source) == REPORT:
            found.barred.append((action, Bar.REPORT))
        elif action.held and action.id not in free:
            found.barred.append((action, Bar.HELD))
        else:
            passing.append(action)
    _spend(session, run, found, passing)
    return found


def _spend(session: Session, run: Run, found: Appliable, passing: Iterable[PlannedAction]) -> None:
    """Let pass what the weekly sum allows; rows that were held and released are not asked."""
    over = overdrawn(session, run, [action for action in passing if not action.held])
    for action in passing:
        if not action.held and group_of(action) in over:
            found.barred.append((action, Bar.BUDGET))
        else:
            found.ready.append(action)


def _not_queued(session: Session, run: Run) -> Iterable[PlannedAction]:
    queued = sa.exists().where(Operation.planned_action_id == PlannedAction.id)
    rows = sa.select(PlannedAction).where(
        PlannedAction.run_id == run.id, PlannedAction.kind.in_(KINDS | telling.KINDS), ~queued
    )
    return session.scalars(rows.order_by(PlannedAction.id))


def explained(found: Appliable) -> list[tuple[str, dict[str, object]]]:
    """Give a sentence with its values for each kind and source of which rows may not be applied."""
    counts = Counter((bar, *group_of(action)) for action, bar in found.barred)
    return [
        (WHY[bar], {"count": count, "kind": kind, "source": source})
        for (bar, kind, source), count in sorted(counts.items())
    ]
