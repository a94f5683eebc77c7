"""How we use PostgreSQL: one that is gone is given up soon, and a connection that rested is tried before it is used."""

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError

WAIT_SECONDS = 3
# Asking each time whether a connection still lives took a twentieth of a form's time.
FRESH_SECONDS = 1.0
OPTIONS: dict[str, Any] = {
    "pool_timeout": WAIT_SECONDS,
    "connect_args": {
        "connect_timeout": WAIT_SECONDS,
        # A server that vanished without a word is noticed as soon, not after a quarter of an hour.
        "tcp_user_timeout": WAIT_SECONDS * 1000,
    },
}
_RESTS_SINCE = "rests_since"


def prepare(engine: Engine) -> None:
    """Let no connection be used that broke while it rested, as after a restart of the server."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_raw: object, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(raw: Any, record: Any, _used: object) -> None:
        rested = time.monotonic() - record.info.pop(_RESTS_SINCE, time.monotonic())
        if rested >= FRESH_SECONDS and not _lives(engine, raw):
            raise InvalidatePoolError


def _lives(engine: Engine, raw: Any) -> bool:
    try:
        return engine.dialect.do_ping(raw)
    except engine.dialect.loaded_dbapi.Error:
        return False
