"""What the desk needs and does not have at this moment."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from backoffice.services import worker_lease
from backoffice.settings import Settings

DATABASE, DIRECTORY, WORKER = "database", "directory", "worker"
_log = logging.getLogger(__name__)


def what_is_down(_settings: Settings) -> list[str]:
    """Give the names of what does not answer. Source: contract.md "Pages" (/readyz)."""
    try:
        is_worker_alive = worker_lease.is_alive()
    except SQLAlchemyError as error:
        _log.warning("database does not answer: %s", type(error).__name__)
        return [DATABASE]
    return [] if is_worker_alive else [WORKER]
