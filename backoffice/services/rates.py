"""Counting what may happen only so often: a row for each subject, counted before anything is compared.

A window of time begins with the first count and ends as a whole. Source: reliability.md §1, §4.
"""

import datetime as dt
from functools import cache

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.i18n import N_
from backoffice.models import RateCount
from backoffice.models.types import UtcDateTime
from backoffice.rules.errors import RefusedError
from backoffice.services.keyed_hash import keyed_hash
from backoffice.services.rows import upsert
from backoffice.services.sentences import time_of_day

TOO_MANY = N_("That was tried too often. Please come back after %(time)s.")
# An end further away than this beyond a whole window was set by a clock that has been put right since.
_SLACK = dt.timedelta(minutes=1)


class TooManyError(RefusedError):
    """It happened too often; ``until`` says when it may happen again."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(TOO_MANY, {"time": time_of_day(until)})
        self.until = until


def count(kind: str, key: str, limit: int, window: dt.timedelta) -> dt.datetime:
    """Count once for a subject; give the moment its window ends. Raises TooManyError beyond the limit.

    ``key`` is stored as a keyed hash only. One statement counts and tells, so of parallel ones no more than ``limit``
    pass. Inside the caller's transaction, if there is one: who lets the error undo that transaction does not count.
    """
    number, until = add(kind, key, window)
    if number > limit:
        raise TooManyError(until)
    return until


def add(kind: str, key: str, window: dt.timedelta) -> tuple[int, dt.datetime]:
    """Count once for a subject; give the number in this window and the moment the window ends."""
    now = clock.now()
    values = {"subject": _subject(kind, key), "now": now, "ends": now + window, "latest": now + window + _SLACK}
    with writing() as session:
        connection = session.connection()
        number, until = connection.execute(_counting(connection.dialect.name), values).one()
        return number, until


@cache
def _counting(dialect: str) -> sa.Executable:
    """Write the statement once: it is executed several times in each step of a registration."""
    now, ends, latest = (sa.bindparam(name, type_=UtcDateTime()) for name in ("now", "ends", "latest"))
    begin = upsert(dialect, RateCount).values(subject=sa.bindparam("subject"), window_ends=ends, count=1)
    ended = (RateCount.window_ends <= now) | (RateCount.window_ends > latest)
    again = {
        "count": sa.case((ended, 1), else_=RateCount.count + 1),
        "window_ends": sa.case((ended, begin.excluded.window_ends), else_=RateCount.window_ends),
    }
    counted = begin.on_conflict_do_update(index_elements=[RateCount.subject], set_=again)
    return counted.returning(RateCount.count, RateCount.window_ends)


def give_back(kind: str, key: str) -> None:
    """Take one count of a subject back: what it was counted for did not come to an answer."""
    with writing() as session:
        counted = sa.update(RateCount).where(RateCount.subject == _subject(kind, key), RateCount.count > 0)
        session.execute(counted.values(count=RateCount.count - 1))


def forget(kind: str, key: str) -> None:
    """Let the counting of a subject begin anew."""
    with writing() as session:
        session.execute(sa.delete(RateCount).where(RateCount.subject == _subject(kind, key)))


def so_far(kind: str, key: str) -> int:
    """Give how often it happened in the window that runs now."""
    running = sa.select(RateCount.count).where(
        RateCount.subject == _subject(kind, key), RateCount.window_ends > clock.now()
    )
    return db.session.scalar(running) or 0


def purge() -> int:
    """Delete the counts whose window is over; give their number."""
    with writing() as session:
        over = sa.delete(RateCount).where(RateCount.window_ends <= clock.now())
        return len(session.scalars(over.returning(RateCount.subject)).all())


def _subject(kind: str, key: str) -> str:
    return f"{kind}:{keyed_hash(settings_of(current_app), 'rate', kind, key)}"
