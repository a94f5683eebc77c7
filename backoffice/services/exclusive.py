"""Only one at a time, over all processes of the installation; the lock goes with the process that held it.

PostgreSQL: an advisory lock on a connection of its own. SQLite: a locked file in the instance folder.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.settings import Settings


class TakenError(Exception):
    """Another process, or another thread of this one, holds the lock."""


def alone(name: str, settings: Settings) -> AbstractContextManager[None]:
    """Hold the named lock inside a with statement. Raises TakenError at once where somebody else holds it."""
    if db.engine.dialect.name == "postgresql":
        return _advisory(name)
    return _locked_file(settings.instance / f"{name}.lock")


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            raise TakenError(name)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    path.touch(mode=0o600)
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TakenError(path.name) from None
        yield
