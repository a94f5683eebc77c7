"""Months of the Jalali calendar as whole numbers, year * 12 + month - 1, so that they can be counted and compared."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

MONTH, SEASON, YEAR = 1, 3, 12
LENGTHS = (MONTH, SEASON, YEAR)


def month_of(moment: dt.datetime, zone: str) -> int:
    """Give the month in which a moment lies, in the time of the zone."""
    day = JalaliDate(moment.astimezone(ZoneInfo(zone)).date())  # type: ignore[no-untyped-call]
    return int(day.year) * YEAR + int(day.month) - 1


def start_of(month: int, zone: str) -> dt.datetime:
    """Give the first moment of a month, in UTC."""
    return dt.datetime.combine(_day(month), dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


def stretch_of(month: int, length: int) -> int:
    """Give the first month of the month, season or year (``length`` in months) in which a month lies."""
    return month // length * length


def month_ends(days: Sequence[str], first: int, last: int) -> list[str]:
    """Give of days in order ("YYYY-MM-DD") the last one of each month from ``first`` to ``last``."""
    firsts = [_day(month + 1).isoformat() for month in range(first, last + 1)]
    places = [bisect_left(days, day) - 1 for day in firsts]
    return [days[place] for place in sorted({*places} - {-1})]


def written(month: int) -> str:
    """Give a month as YYYY/MM with ASCII digits."""
    return f"{month // YEAR:04d}/{month % YEAR + 1:02d}"


def _day(month: int) -> dt.date:
    day: dt.date = JalaliDate(month // YEAR, month % YEAR + 1, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return day
