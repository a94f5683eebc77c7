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
from backoffice.rules.releases import Standing
from backoffice.services import telling, trust
from backoffice.services.budget import overdrawn
from backoffice.services.directory_work import KINDS
from backoffice.services.planned_rows import PlannedRow, rows_of
from backoffice.services.release_standing import HeldRow, held_rows
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
    """The rows not queued yet: those that may be applied now, and the others with their reason.

    ``held``: every row the plan holds, queued or not, and how far its release is.
    """

    ready: list[PlannedRow] = field(default_factory=list)
    barred: list[tuple[PlannedRow, Bar]] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)


def look(session: Session, run: Run, settings: Settings, wanted: Iterable[int] | None = None) -> Appliable:
    """Judge every row of a planned run that was not queued yet (of the ``wanted`` finding rows)."""
    levels, found = trust.levels(settings), Appliable(held=held_rows(session, run))
    free = {row.action.id for row in found.held if row.standing == Standing.RELEASED}
    rows, passing = None if wanted is None else frozenset(wanted), []
    for row in _not_queued(session, run):
        if rows is not None and row.finding_row not in rows:
            continue
        if levels.of(row.kind, row.source) == REPORT:
            found.barred.append((row, Bar.REPORT))
        elif row.held and row.id not in free:
            found.barred.append((row, Bar.HELD))
        else:
            passing.append(row)
    _spend(session, run, found, passing)
    return found


def _spend(session: Session, run: Run, found: Appliable, passing: Iterable[PlannedRow]) -> None:
    """Let pass what the weekly sum allows; rows that were held and released are not asked."""
    over = overdrawn(session, run, [row for row in passing if not row.held])
    for row in passing:
        if not row.held and row.group in over:
            found.barred.append((row, Bar.BUDGET))
        else:
            found.ready.append(row)


def _not_queued(session: Session, run: Run) -> list[PlannedRow]:
    queued = sa.exists().where(Operation.planned_action_id == PlannedAction.id)
    return rows_of(session, run, PlannedAction.kind.in_(KINDS | telling.KINDS), ~queued)


def explained(found: Appliable) -> list[tuple[str, dict[str, object]]]:
    """Give a sentence with its values for each kind and source of which rows may not be applied."""
    counts = Counter((bar, *row.group) for row, bar in found.barred)
    return [
        (WHY[bar], {"count": count, "kind": kind, "source": source})
        for (bar, kind, source), count in sorted(counts.items())
    ]
