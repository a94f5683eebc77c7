"""Keeping the figures, so that a page over years and everybody answers at once; and what they were on each day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import DailyFigure, Figure, Registration
from backoffice.rules.jalali_months import MONTH, month_of
from backoffice.services import figures_now
from backoffice.services.figure_count import count
from backoffice.services.figure_hiding import Cell, cells
from backoffice.services.figures import ALL, GROUPS, NOW, STARTED
from backoffice.services.rows import upsert

# Up to so many registrations, figures are counted when somebody looks.
COUNTED_AT_ONCE = 2_000
_PORTION = 5_000


@dataclass(frozen=True)
class Source:
    """Figures that are true of one moment: those the job kept, or those of now (``counted``).

    ``month``: the one that is not over.
    """

    as_of: dt.datetime
    counted: Sequence[Cell] | None
    month: int = 0

    def of(self, dimension: str, value: str, month: int | None = None) -> list[Cell]:
        """Give the figures of a group, of one month only where it is given."""
        if self.counted is None:
            return _stored(dimension, value, month)
        return [
            cell for cell in self.counted
            if (cell.dimension, cell.value) == (dimension, value) and month in (None, cell.month)
        ]  # fmt: skip

    def groups(self) -> list[tuple[str, str]]:
        """Give the groups (dimension, value) of which it can be shown how many began, in order."""
        if self.counted is not None:
            shown = {(cell.dimension, cell.value) for cell in self.counted if cell.shown and cell.step == STARTED}
            return sorted(group for group in shown if group[0] != ALL)
        asked = sa.select(Figure.dimension, Figure.value).distinct().where(Figure.shown, Figure.dimension.in_(GROUPS))
        return sorted((dimension, value) for dimension, value in db.session.execute(asked))

    def first_month(self) -> int | None:
        """Give the first month of which there is a figure that is not joined."""
        if self.counted is not None:
            whole = (cell for cell in self.counted if cell.dimension == ALL and cell.month != NOW)
            return min((cell.month for cell in whole if cell.months == MONTH), default=None)
        whole_months = Figure.dimension == ALL, Figure.months == MONTH, Figure.month != NOW
        return db.session.scalar(sa.select(sa.func.min(Figure.month)).where(*whole_months))


def source(zone: str) -> Source:
    """Give what the job kept; where there are few registrations, or the job has not run, what is true now."""
    as_of = None if _are_few() else db.session.scalar(sa.select(sa.func.max(Figure.as_of)))
    if as_of is not None:
        return Source(as_of, None, month_of(as_of, zone))
    now = clock.now()
    return Source(now, cells(count(now, zone)), month_of(now, zone))


def refresh(zone: str) -> int:
    """Count everything anew and keep it in place of what was kept; give the number of figures."""
    now = clock.now()
    found = _rows(cells(count(now, zone)), now)
    with writing() as session:
        session.execute(sa.delete(Figure))
        for start in range(0, len(found), _PORTION):
            session.execute(sa.insert(Figure), found[start : start + _PORTION])
    return len(found)


def note_day(zone: str) -> int:
    """Note what the figures of the day are now, in place of an earlier look; give how many."""
    now = clock.now()
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    rows = [{"day": day, "name": name, "count": number, "at": now} for name, number in figures_now.totals(now).items()]
    with writing() as session:
        put = upsert(session.connection().dialect.name, DailyFigure)
        anew = {"count": put.excluded.count, "at": put.excluded.at}
        session.execute(put.on_conflict_do_update(index_elements=["day", "name"], set_=anew), rows)
    return len(rows)


def days(first: str, last: str) -> list[str]:
    """Give the days between two, both included, that were looked at, in order."""
    asked = sa.select(DailyFigure.day).where(DailyFigure.day.between(first, last)).distinct()
    return list(db.session.scalars(asked.order_by(DailyFigure.day)))


def on_days(chosen: Sequence[str]) -> dict[str, dict[str, int]]:
    """Give day -> name -> count."""
    found: dict[str, dict[str, int]] = {day: {} for day in chosen}
    asked = sa.select(DailyFigure.day, DailyFigure.name, DailyFigure.count).where(DailyFigure.day.in_(chosen))
    for day, name, number in db.session.execute(asked):
        found[day][name] = number
    return found


def _are_few() -> bool:
    some = sa.select(Registration.id).limit(COUNTED_AT_ONCE + 1).subquery()
    return (db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0) <= COUNTED_AT_ONCE


def _stored(dimension: str, value: str, month: int | None) -> list[Cell]:
    asked = sa.select(Figure.month, Figure.months, Figure.cells).where(
        Figure.dimension == dimension, Figure.value == value, *([] if month is None else [Figure.month == month])
    )
    return [
        Cell(dimension, value, first, months, step, count or 0, count is not None, dict(times))
        for first, months, kept in db.session.execute(asked) for step, (count, times) in kept.items()
    ]  # fmt: skip


def _rows(found: Iterable[Cell], now: dt.datetime) -> list[dict[str, object]]:
    """Give a row of each group and stretch; what is hidden is not kept."""
    kept: dict[tuple[str, str, int, int], dict[str, list[Any]]] = defaultdict(dict)
    for cell in found:
        place = cell.dimension, cell.value, cell.month, cell.months
        kept[place][cell.step] = [cell.count, list(cell.times.items())] if cell.shown else [None, []]
    names = ("dimension", "value", "month", "months")
    return [
        {
            **dict(zip(names, place, strict=True)),
            "cells": of,
            "shown": of.get(STARTED, [None])[0] is not None,
            "as_of": now,
        }
        for place, of in kept.items()
    ]
