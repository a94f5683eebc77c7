"""Months of the Jalali calendar as whole numbers, year * 12 + month - 1, so that they can be counted and compared."""

import datetime as dt
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
    day: dt.date = JalaliDate(month // YEAR, month % YEAR + 1, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


def stretch_of(month: int, length: int) -> int:
    """Give the first month of the month, season or year (``length`` in months) in which a month lies."""
    return month // length * length


def written(month: int) -> str:
    """Give a month as YYYY/MM with ASCII digits."""
    return f"{month // YEAR:04d}/{month % YEAR + 1:02d}"
