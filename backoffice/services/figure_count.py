"""Counting the figures of the statistics page from the register."""

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db, transaction_options
from backoffice.models import Account, Case, Registration, Reminder
from backoffice.rules.jalali_months import month_of, start_of
from backoffice.rules.spans import DAY, rounded
from backoffice.services import figure_sql
from backoffice.services.figure_sql import UNTIMED
from backoffice.services.figure_sql_parts import month_in
from backoffice.services.figures import (
    ALL,
    COVERAGE_DAYS,
    EMPLOYMENT,
    GROUPS,
    PERMANENT,
    PERSON,
    REMINDED,
    REMINDER_DAYS,
    STEPS,
    UNIT,
    Key,
    Tally,
    acted,
    covered,
    reminded,
    ripe,
)  # fmt: skip

# In the order in which they are counted.
OF_REGISTRATIONS = (*STEPS, *(name(days) for days in COVERAGE_DAYS for name in (ripe, covered)))
_MANY = 20_000
# Where a row of figure_sql.registrations has the beginning, and _steps_of the time to the permanent account.
_BEGAN, _PERMANENT = len(GROUPS) + len(COVERAGE_DAYS), STEPS.index(PERMANENT) - 1


def count(now: dt.datetime, zone: str) -> dict[Key, Tally]:
    """Count everything; {} where nothing has begun."""
    found: dict[Key, Tally] = {}
    if months := _months(Registration.created_at, now, zone):
        # In one transaction, or PostgreSQL gives no portions.
        db.session.rollback()
        db.session.connection(execution_options=transaction_options())
        rows = db.session.execute(figure_sql.registrations(now, COVERAGE_DAYS), execution_options={"yield_per": _MANY})
        starts = [int(start_of(month, zone).timestamp()) for month in months]
        for portion in rows.partitions():
            _take(found, (_steps_of(row, months[bisect_right(starts, row[_BEGAN]) - 1]) for row in portion))
    counted = (row for asked in _asked(now, zone) for row in db.session.execute(asked))
    for month, unit, employment, person, step, number in chain(counted, _reminders(now, zone)):
        for dimension, value in ((ALL, ""), (UNIT, unit), (EMPLOYMENT, employment), (PERSON, person)):
            found.setdefault(Key(dimension, value, month, step), Tally()).count += number
    return found


def _reminders(now: dt.datetime, zone: str) -> Iterator[tuple[Any, ...]]:
    """Give month, groups, step and 1 of those who were reminded."""
    months = _months(Reminder.at, now, zone)
    starts = [int(start_of(month, zone).timestamp()) for month in months]
    for unit, employment, person, told, asked in db.session.execute(figure_sql.reminders()) if months else ():
        group = months[bisect_right(starts, told) - 1], unit, employment, person
        yield *group, REMINDED, 1
        for days in REMINDER_DAYS:
            if told <= now.timestamp() - days * DAY:
                yield *group, reminded(days), 1
                if asked is not None and asked - told < days * DAY:
                    yield *group, acted(days), 1


def _asked(now: dt.datetime, zone: str) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    if months := _months(Case.opened_at, now, zone):
        yield figure_sql.causes(month_in(Case.opened_at, months, zone))
    if months := _months(Account.expires_at, now, zone):
        yield figure_sql.expired(month_in(Account.expires_at, months, zone), now)
    yield from (figure_sql.open_cases(now), figure_sql.temporary(now), figure_sql.mail())


def _months(moment: Any, now: dt.datetime, zone: str) -> range:
    first = db.session.scalar(sa.select(sa.func.min(moment)))
    last = month_of(now, zone)
    return range(min(month_of(first, zone), last), last + 1) if first else range(0)


def _steps_of(row: Sequence[Any], month: int) -> tuple[Any, ...]:
    """Give month, groups, and of each step None, UNTIMED or how long it took."""
    began = row[_BEGAN]
    spans = [moment if moment is None or moment == UNTIMED else rounded(moment - began) for moment in row[_BEGAN + 1 :]]
    permanent = spans[_PERMANENT]
    ages: list[int | None] = []
    for days, is_ripe in zip(COVERAGE_DAYS, row[len(GROUPS) : _BEGAN], strict=True):
        within = is_ripe and permanent is not None and permanent < days * DAY
        ages += (UNTIMED if is_ripe else None, UNTIMED if within else None)
    return (month, *row[: len(GROUPS)], UNTIMED, *spans, *ages)


def _take(found: dict[Key, Tally], rows: Iterable[Sequence[Any]]) -> None:
    """Count rows as _steps_of gives them: column by column in each group, which is quick."""
    groups: dict[tuple[str, str, int], list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        month, unit, employment, person, *steps = row
        for dimension, value in ((ALL, ""), (UNIT, unit), (EMPLOYMENT, employment), (PERSON, person)):
            groups[dimension, value, month].append(steps)
    for group, members in groups.items():
        for step, column in zip(OF_REGISTRATIONS, zip(*members, strict=True), strict=True):
            _add_column(found, Key(*group, step), Counter(column))


def _add_column(found: dict[Key, Tally], key: Key, spans: Counter[int | None]) -> None:
    passed = spans.total() - spans.pop(None, 0)
    if not passed:
        return
    tally = found.setdefault(key, Tally())
    tally.count += passed
    for span, number in spans.items():
        if span is not None and span != UNTIMED:
            tally.times[span] += number
