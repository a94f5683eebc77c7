"""What the desk needs and does not have at this moment."""

import datetime as dt
import logging

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import WorkerLease
from backoffice.settings import Settings

WORKER_SEEN_WITHIN = dt.timedelta(seconds=60)
DATABASE, DIRECTORY, WORKER = "database", "directory", "worker"
_log = logging.getLogger(__name__)


def what_is_down(_settings: Settings) -> list[str]:
    """Give the names of what does not answer. Source: contract.md "Pages" (/readyz)."""
    try:
        seen = db.session.scalar(sa.select(sa.func.max(WorkerLease.seen_at)))
    except SQLAlchemyError as error:
        _log.warning("database does not answer: %s", type(error).__name__)
        return [DATABASE]
    return [WORKER] if seen is None or clock.now() - seen > WORKER_SEEN_WITHIN else []
