"""The one plan that may be acted upon: the newest one. Source: reconciliation.md principle 5."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.i18n import N_
from backoffice.models import Run
from backoffice.models.run import PLANNED
from backoffice.rules.errors import RefusedError

NO_RUN = N_("There is no run %(run)s.")
NOT_PLANNED = N_("Run %(run)s has no plan that could be applied.")
OVERTAKEN = N_("Run %(newer)s is newer; only the newest plan can be applied.")
_PG_LOCK = 7_201_407


def planned(session: Session, run_id: int) -> Run:
    """Give a run that made a plan; others who act upon plans wait until this transaction ends.

    Raises RefusedError where there is no such run, and for one without a plan.
    """
    _one_at_a_time(session)
    run = session.get(Run, run_id, populate_existing=True)
    if run is None:
        raise RefusedError(NO_RUN, {"run": run_id})
    if run.status != PLANNED:
        raise RefusedError(NOT_PLANNED, {"run": run_id})
    return run


def _one_at_a_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PG_LOCK)))


def refuse_overtaken(session: Session, run: Run) -> None:
    """Raise RefusedError where a newer run of the same directory made a plan."""
    newest = sa.select(sa.func.max(Run.id)).where(Run.status == PLANNED, Run.directory == run.directory)
    newer = session.scalar(newest)
    if newer is not None and newer != run.id:
        raise RefusedError(OVERTAKEN, {"newer": newer})
