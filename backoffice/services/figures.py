"""The figures of the statistics page, made from the register: counts by Jalali month and group.

A group is one value of one dimension, never of two, so that nobody is found where groups cross. Source: interface.md
"Managers".
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, Case, Registration
from backoffice.rules.jalali_months import month_of
from backoffice.rules.spans import DAY
from backoffice.services import figure_sql

ALL, UNIT, EMPLOYMENT, PERSON, CAUSE = "all", "unit", "employment_type", "person_type", "cause"
GROUPS = (UNIT, EMPLOYMENT, PERSON)
STARTED, EXPIRED, REFUSED = "started", "expired", "refused"
IDENTITY, MOBILE, TEMPORARY, REQUESTED = "identity", "mobile", "temporary", "requested"
APPROVED, PERMANENT, MOVED = "approved", "permanent", "moved"
STEPS = (STARTED, IDENTITY, MOBILE, TEMPORARY, REQUESTED, APPROVED, PERMANENT, MOVED)
COVERAGE_DAYS = (1, 7, 30)


def ripe(days: int) -> str:
    """Name the count of those who began so many days ago or more."""
    return f"ripe_{days}"


def covered(days: int) -> str:
    """Name the count of those among them whose permanent account was there within so many days."""
    return f"covered_{days}"


@dataclass
class Tally:
    """A count, and how long the step took: rounded seconds -> how many."""

    count: int = 0
    times: Counter[int] = field(default_factory=Counter)

    def add(self, count: int, seconds: int | None = None) -> None:
        """Count some more."""
        self.count += count
        if seconds is not None and seconds >= 0:
            self.times[seconds] += count


class Key(NamedTuple):
    """What is counted: a step, in a month, in a group."""

    dimension: str
    value: str
    month: int
    step: str


Tallies = Mapping[Key, Tally]


def count(now: dt.datetime, zone: str) -> dict[Key, Tally]:
    """Count everything; {} where nothing has begun."""
    found: dict[Key, Tally] = {}
    months = _months(Registration.created_at, now, zone)
    if months:
        ages = [Registration.created_at <= now - dt.timedelta(days=days) for days in COVERAGE_DAYS]
        asked = figure_sql.registrations(figure_sql.month_in(Registration.created_at, months, zone), ages)
        _take_registrations(found, db.session.execute(asked))
    if months := _months(Case.opened_at, now, zone):
        for month, cause, number in db.session.execute(figure_sql.causes(_month(Case.opened_at, months, zone))):
            _add(found, Key(CAUSE, cause, month, REFUSED), number)
            _add(found, Key(ALL, "", month, REFUSED), number)
    if months := _months(Account.expires_at, now, zone):
        for month, number in db.session.execute(figure_sql.expired(_month(Account.expires_at, months, zone), now)):
            _add(found, Key(ALL, "", month, EXPIRED), number)
    return found


_month = figure_sql.month_in


def _months(moment: Any, now: dt.datetime, zone: str) -> range:
    first = db.session.scalar(sa.select(sa.func.min(moment)))
    last = month_of(now, zone)
    return range(min(month_of(first, zone), last), last + 1) if first else range(0)


def _take_registrations(found: dict[Key, Tally], rows: Iterable[Any]) -> None:
    for month, unit, employment, person, *rest in rows:
        ages, spans, number = rest[: len(COVERAGE_DAYS)], rest[len(COVERAGE_DAYS) : -1], rest[-1]
        counts = [
            (STARTED, None),
            *((step, span) for step, span in zip(STEPS[1:], spans, strict=True) if span is not None),
        ]
        permanent = spans[STEPS.index(PERMANENT) - 1]
        for days, is_ripe in zip(COVERAGE_DAYS, ages, strict=True):
            if is_ripe:
                counts.append((ripe(days), None))
                if permanent is not None and permanent < days * DAY:
                    counts.append((covered(days), None))
        for dimension, value in ((ALL, ""), (UNIT, unit), (EMPLOYMENT, employment), (PERSON, person)):
            for step, span in counts:
                _add(found, Key(dimension, value, month, step), number, span)


def _add(found: dict[Key, Tally], key: Key, number: int, span: int | None = None) -> None:
    if key not in found:
        found[key] = Tally()
    found[key].add(number, span)
