"""How we use SQLite: WAL, foreign keys, and writers that take the lock first. See docs/adr/0003 and 0018."""

import sqlite3
import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

BUSY_MS = 15_000
_LOOK_SECONDS = 0.003
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY})


def prepare(engine: Engine) -> None:
    """Let every connection of an engine begin as we want it.

    Execution options of a transaction: ``writing`` takes the write lock at once, and ``until`` (time.monotonic) says
    how long it is waited for, 15 s where it is left out; then OperationalError.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writing"):
            _begin_writing(connection, options.get("until", time.monotonic() + BUSY_MS / 1000))
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection, until: float) -> None:
    """Take the write lock as soon as it is free; SQLite itself would look ever more rarely."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            if _takes_the_lock(raw):
                return
            time.sleep(_LOOK_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _takes_the_lock(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode in _BUSY:
            return False
        raise
    return True
