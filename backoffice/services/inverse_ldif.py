"""The inverse of what a run changed as LDIF, for those who want to take it back by other means."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Operation, PlannedAction, Run
from backoffice.rules.entry_changes import Change
from backoffice.rules.errors import RefusedError
from backoffice.rules.ldif_lines import modification
from backoffice.services import audit, plan_in_force
from backoffice.services.apply import NOTHING_TO_UNDO, undoable

_HEAD = "version: 1\n\n# Takes back what run {run} changed and what still stood at {moment}; newest change first.\n"


def inverse_ldif(run_id: int, *, actor: str) -> str:
    """Give the LDIF of all changes of a run that still stand; an audited act.

    Raises RefusedError for a run that changed nothing, or of which everything was taken back.
    """
    with writing() as session:
        run = plan_in_force.planned(session, run_id)
        made = undoable(session, run)
        if not made:
            raise RefusedError(NOTHING_TO_UNDO, {"run": run_id})
        audit.record("reconcile:inverse:exported", f"run:{run_id}", actor=actor, after={"entries": len(made)})
        dns = _dns(session, run)
        head = _HEAD.format(run=run_id, moment=clock.now().isoformat(timespec="seconds"))
        return head + "".join(f"\n{_record(dns[operation.planned_action_id], operation)}\n" for operation in made)


def _dns(session: Session, run: Run) -> dict[int | None, str]:
    named = sa.select(PlannedAction.id, PlannedAction.dn).where(PlannedAction.run_id == run.id)
    return {row.id: row.dn for row in session.execute(named)}


def _record(dn: str, operation: Operation) -> str:
    return modification(dn, [Change.of(kept).inverse for kept in reversed(operation.changes)])
