"""What the desk needs and does not have at this moment."""

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.services import worker_lease
from backoffice.settings import Settings

DATABASE, DIRECTORY, WORKER = "database", "directory", "worker"
# How long an answer about the directory counts, so that a storm of questions is one question.
FINE_FOR, DOWN_FOR = 15.0, 3.0
NO_DUMP = N_("The dump that LDAP_URI names is not there.")
_log = logging.getLogger(__name__)


@dataclass
class _Memory:
    """What this process last learnt about each directory: (until when it counts, what is the matter)."""

    known: dict[str, tuple[float, RefusedError | None]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_memory = _Memory()


def what_is_down(settings: Settings) -> list[str]:
    """Give the names of what does not answer, within about two seconds each. Source: contract.md "Pages" (/readyz).

    Without LDAP_URI there is no directory that could be down.
    """
    down = _database_or_worker()
    return [*down, DIRECTORY] if settings.ldap_uri and directory_is_down(settings) else down


def directory_is_down(settings: Settings) -> bool:
    """Say whether the directory does not answer or does not let our service account in; remembered for seconds."""
    return directory_fault(settings) is not None


def directory_fault(settings: Settings) -> RefusedError | None:
    """Give what is the matter with the directory, None where it answers; remembered for seconds."""
    with _memory.lock:
        until, fault = _memory.known.get(settings.ldap_uri, (0.0, None))
        if time.monotonic() < until:
            return fault
        fault = _ask(settings)
        until = time.monotonic() + (DOWN_FOR if fault else FINE_FOR)
        _memory.known[settings.ldap_uri] = (until, fault)
        return fault


def _database_or_worker() -> list[str]:
    try:
        return [] if worker_lease.is_alive() else [WORKER]
    except SQLAlchemyError as error:
        _log.warning("database does not answer: %s", type(error).__name__)
        return [DATABASE]


def _ask(settings: Settings) -> RefusedError | None:
    from backoffice.ports.directory import DirectoryError, open_directory  # noqa: PLC0415 - loads ldap3 and pyarrow

    uri = urlsplit(settings.ldap_uri)
    if uri.scheme == "file":
        return None if Path(unquote(uri.path)).is_file() else RefusedError(NO_DUMP)
    try:
        with open_directory(settings, profile="probe") as directory:
            directory.known_attributes()
    except DirectoryError as fault:
        _log.warning("directory does not answer: %s", fault)
        return fault
    return None
