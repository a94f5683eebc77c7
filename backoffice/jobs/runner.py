"""The one way a job is run: from the page, by command and by the schedule."""

import logging
import traceback
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models.job import ABANDONED, DONE, FAILED
from backoffice.rules.errors import RefusedError
from backoffice.services import job_runs
from backoffice.services.job_kinds import Call, Job, Outcome, Work
from backoffice.services.job_runs import Begun
from backoffice.settings import Settings

_UNEXPECTED = N_("An unexpected error (%(error)s) ended the job; the log of the worker says where.")
_log = logging.getLogger(__name__)


def run(call: Call, settings: Settings) -> int:
    """Run a job to its end and give the number of its row; a fault becomes the row's sentence.

    Raises RefusedError where the job cannot begin.
    """
    begun = job_runs.begin(call, settings)
    try:
        status, outcome = _attempt(call.job, begun.work)
    except BaseException:
        _finish(begun, ABANDONED, Outcome(detail=job_runs.DIED))
        raise
    _finish(begun, status, outcome)
    return begun.run_id


def _attempt(job: Job, work: Work) -> tuple[str, Outcome]:
    try:
        outcome = job.run(work)
    except RefusedError as error:
        return FAILED, Outcome(detail=error.message, values=error.values)
    except Exception as error:  # noqa: BLE001 - whatever a job meets, the worker goes on
        _log.error("job %s ended with %s at %s", job.name, type(error).__name__, _places(error))
        return FAILED, Outcome(detail=_UNEXPECTED, values={"error": type(error).__name__})
    return FAILED if outcome.failed else DONE, outcome


def _places(error: Exception) -> str:
    """Name where it happened, without the error's words: they may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))


def _finish(begun: Begun, status: str, outcome: Outcome) -> None:
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if not job_runs.finish(begun, status, outcome):
        _log.warning("job %s was given up for dead while it ran; its end is not recorded", begun.call.job.name)
