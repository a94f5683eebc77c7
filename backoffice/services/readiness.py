"""What the desk needs and does not have at this moment."""

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from backoffice.services import worker_lease
from backoffice.settings import Settings

DATABASE, DIRECTORY, WORKER = "database", "directory", "worker"
# How long an answer about the directory counts, so that a storm of questions is one question.
FINE_FOR, DOWN_FOR = 15.0, 3.0
_log = logging.getLogger(__name__)


@dataclass
class _Memory:
    """What this process last learnt about each directory: (until when it counts, whether it is down)."""

    known: dict[str, tuple[float, bool]] = field(default_factory=dict)
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
    with _memory.lock:
        until, is_down = _memory.known.get(settings.ldap_uri, (0.0, False))
        if time.monotonic() < until:
            return is_down
        is_down = not _directory_answers(settings)
        until = time.monotonic() + (DOWN_FOR if is_down else FINE_FOR)
        _memory.known[settings.ldap_uri] = (until, is_down)
        return is_down


def _database_or_worker() -> list[str]:
    try:
        return [] if worker_lease.is_alive() else [WORKER]
    except SQLAlchemyError as error:
        _log.warning("database does not answer: %s", type(error).__name__)
        return [DATABASE]


def _directory_answers(settings: Settings) -> bool:
    from backoffice.ports.directory import DirectoryError, open_directory  # noqa: PLC0415 - loads ldap3 and pyarrow

    uri = urlsplit(settings.ldap_uri)
    if uri.scheme == "file":
        return Path(unquote(uri.path)).is_file()
    try:
        with open_directory(settings, profile="probe") as directory:
            directory.known_attributes()
    except DirectoryError as fault:
        _log.warning("directory does not answer: %s", fault)
        return False
    return True
