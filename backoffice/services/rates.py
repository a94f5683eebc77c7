"""Counting what may happen only so often: a row for each subject, counted before anything is compared.

A window of time begins with the first count and ends as a whole. Source: reliability.md §1, §4.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, settings_of, write, writing
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
    """It happened too often; ``until`` says when it may happen again, ``kind`` what was counted."""

    def __init__(self, until: dt.datetime, kind: str = "") -> None:
        super().__init__(TOO_MANY, {"time": time_of_day(until)})
        self.until, self.kind = until, kind


@dataclass(frozen=True)
class Limit:
    """So often may something of a kind happen to a subject in a window; of ``key`` a keyed hash alone is stored."""

    kind: str
    key: str
    most: int
    window: dt.timedelta


def count(kind: str, key: str, limit: int, window: dt.timedelta) -> dt.datetime:
    """Count once for a subject, see ``count_all``."""
    return count_all([Limit(kind, key, limit, window)])


def count_all(limits: Sequence[Limit]) -> dt.datetime:
    """Count once for each of several subjects; give the moment the first one's window ends.

    Raises TooManyError for the first that is beyond its limit. One statement counts and tells, so of parallel ones no
    more than ``most`` pass. Inside the caller's transaction, if there is one: who lets the error undo that transaction
    does not count.
    """
    counted = _add(limits)
    for limit, (number, until) in zip(limits, counted, strict=True):
        if number > limit.most:
            raise TooManyError(until, limit.kind)
    return counted[0][1]


def add(kind: str, key: str, window: dt.timedelta) -> int:
    """Count once for a subject; give the number in this window."""
    ((number, _until),) = _add([Limit(kind, key, 0, window)])
    return number


def _add(limits: Sequence[Limit]) -> list[tuple[int, dt.datetime]]:
    """Give the number of each subject in its window, and the moment the window ends."""
    now, subjects = clock.now(), [_subject(limit.kind, limit.key) for limit in limits]
    values: dict[str, object] = {"now": now}
    for place, (subject, limit) in enumerate(zip(subjects, limits, strict=True)):
        ends = now + limit.window
        values |= {f"subject{place}": subject, f"ends{place}": ends, f"latest{place}": ends + _SLACK}
    rows = write(_counting(db.engine.dialect.name, len(limits)), values)
    counted = {subject: (number, until) for subject, number, until in map(tuple, rows)}
    return [counted[subject] for subject in subjects]


@cache
def _counting(dialect: str, many: int) -> sa.Executable:
    """Write the statement for so many subjects once: it is executed in each step of a registration."""
    begun = sa.union_all(*(_begun(place) for place in range(many)))
    names = [RateCount.subject, RateCount.window_ends, RateCount.count]
    begin = upsert(dialect, RateCount).from_select(names, begun, include_defaults=False)
    latest = sa.case({_of("subject", place): _of("latest", place) for place in range(many)}, value=RateCount.subject)
    ended = (RateCount.window_ends <= _of("now")) | (RateCount.window_ends > latest)
    again = {
        "count": sa.case((ended, 1), else_=RateCount.count + 1),
        "window_ends": sa.case((ended, begin.excluded.window_ends), else_=RateCount.window_ends),
    }
    counted = begin.on_conflict_do_update(index_elements=[RateCount.subject], set_=again)
    return counted.returning(RateCount.subject, RateCount.count, RateCount.window_ends)


def _begun(place: int) -> sa.Select[Any]:
    # The condition lets SQLite tell this ON from that of a join.
    return sa.select(_of("subject", place), _of("ends", place), sa.literal(1)).where(sa.true())


def _of(name: str, place: int | str = "") -> sa.BindParameter[Any]:
    return sa.bindparam(f"{name}{place}", type_=sa.String() if name == "subject" else UtcDateTime())


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
