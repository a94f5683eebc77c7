"""How we use PostgreSQL: statements stay prepared, and a server that is gone is given up soon. See docs/adr/0034."""

import select
import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError

WAIT_SECONDS = 3
# A server that ends a connection says so, which takes no question to notice; one that vanished says nothing.
FRESH_SECONDS = 1.0
OPTIONS: dict[str, Any] = {
    "pool_timeout": WAIT_SECONDS,
    # Each reading statement is a transaction of its own, as each sees what was committed before it anyway.
    "isolation_level": "AUTOCOMMIT",
    "connect_args": {
        # Prepared as soon as it is asked for the second time.
        "prepare_threshold": 1,
        "connect_timeout": WAIT_SECONDS,
        # A server that vanished without a word is noticed as soon, not after a quarter of an hour.
        "tcp_user_timeout": WAIT_SECONDS * 1000,
    },
}
# Execution options of a connection whose statements belong together.
TRANSACTION = {"isolation_level": "READ COMMITTED"}
# So often a statement is executed until its plan may stay: not prepared, then planned anew five times (plancache.c).
UNTIL_PLANNED = 7
_RESTS_SINCE = "rests_since"


def prepare(engine: Engine) -> None:
    """Let each connection be asked whether it lives if it rested for a second, or if the server said something."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_raw: object, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(raw: Any, record: Any, _used: object) -> None:
        rested = time.monotonic() - record.info.pop(_RESTS_SINCE, time.monotonic())
        if (rested >= FRESH_SECONDS or raw.closed or _said_something(raw)) and not _lives(engine, raw):
            raise InvalidatePoolError


def undo(connection: Connection) -> None:
    """Roll back without a word to psycopg, which would forget all it prepared; only where no table was defined anew."""
    raw: Any = connection.connection.driver_connection
    raw.pgconn.exec_(b"ROLLBACK")


def _said_something(raw: Any) -> bool:
    """Say whether something unasked waits to be read: mostly that the connection is ended."""
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _lives(engine: Engine, raw: Any) -> bool:
    try:
        return engine.dialect.do_ping(raw)
    except engine.dialect.loaded_dbapi.Error:
        return False
