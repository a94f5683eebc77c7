"""The rows of a plan without their values: enough to count them and to judge them, thousands at a time."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.models import PlannedAction, Run


class PlannedRow(NamedTuple):
    """One planned action; ``row_hash`` stands for its values."""

    id: int
    finding_row: int
    kind: str
    source: str | None
    held: bool
    row_hash: str

    @property
    def group(self) -> tuple[str, str]:
        """Kind and source, what limits and sums are kept by."""
        return self.kind, self.source or ""


def rows_of(session: Session, run: Run, *conditions: sa.ColumnElement[bool]) -> list[PlannedRow]:
    """Give the rows of a run that meet the conditions, in canonical order."""
    columns = (getattr(PlannedAction, name) for name in PlannedRow._fields)
    asked = sa.select(*columns).where(PlannedAction.run_id == run.id, *conditions)
    found = session.execute(asked.order_by(PlannedAction.finding_row, PlannedAction.id))
    return [PlannedRow._make(row) for row in found]


def actions_of(session: Session, run: Run, rows: Collection[PlannedRow]) -> list[PlannedAction]:
    """Give the planned actions behind these rows, with their values."""
    ids = {row.id for row in rows}
    if not ids:
        return []
    of_run = sa.select(PlannedAction).where(PlannedAction.run_id == run.id).order_by(PlannedAction.id)
    return [action for action in session.scalars(of_run) if action.id in ids]
