"""Only one at a time, over all processes of the installation; the lock ends with the process that holds it.

No clock is asked. PostgreSQL: an advisory lock on a connection of its own. SQLite: a locked file in the instance
folder, since all processes are on one machine. Source: architecture.md "Processes".
"""

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from backoffice.settings import Settings

_PG_SPACE = 7_201_406
# A machine that vanished without a word loses its locks after about 15 s instead of two hours.
_PG_NOTICE_DEATH = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3",
}
_HELD = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    " AND classid = :space AND objid = :key"
)


class TakenError(Exception):
    """Another process, or another thread of this one, holds the lock."""


class Lock(Protocol):
    """A lock that was taken."""

    def is_held(self) -> bool:
        """Say whether it is still ours; a process that slept must ask before it acts."""

    def release(self) -> None:
        """Give it back; a second time does nothing."""


@contextmanager
def alone(name: str, settings: Settings) -> Iterator[None]:
    """Hold the named lock inside a with statement. Raises TakenError at once where somebody else holds it."""
    lock = take(name, settings)
    if lock is None:
        raise TakenError(name)
    try:
        yield
    finally:
        lock.release()


def take(name: str, settings: Settings) -> Lock | None:
    """Take the named lock without waiting; None where somebody else holds it.

    Raises SQLAlchemyError where PostgreSQL does not answer, OSError where the file cannot be made.
    """
    if settings.database.startswith("postgresql"):
        return _take_advisory(name, settings)
    return _take_file(settings.instance / "locks" / f"{name}.lock")


class _FileLock:
    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    def is_held(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def _take_file(path: Path) -> Lock | None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    lock = _FileLock(path, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.release()
        return None
    return lock


class _AdvisoryLock:
    def __init__(self, connection: Connection, key: int) -> None:
        self._connection, self._key = connection, key

    def is_held(self) -> bool:
        # The server is asked, so that a connection which was cut while we slept is noticed.
        try:
            return bool(self._connection.scalar(_HELD, {"space": _PG_SPACE, "key": self._key}))
        except sa.exc.SQLAlchemyError:
            return False

    def release(self) -> None:
        if self._connection.closed:
            return
        try:
            # Said aloud: the server notices a closed connection only a moment later.
            self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_PG_SPACE, self._key)))
            self._connection.close()
        except sa.exc.SQLAlchemyError:
            self._connection.invalidate()


def _take_advisory(name: str, settings: Settings) -> Lock | None:
    engine = sa.create_engine(
        settings.database, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args=_PG_NOTICE_DEATH
    )
    key = zlib.crc32(name.encode()) >> 1
    connection = engine.connect()
    taken = False
    try:
        taken = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_PG_SPACE, key))))
    finally:
        if not taken:
            connection.close()
    return _AdvisoryLock(connection, key) if taken else None
