"""Until when accounts are valid. Days are those of the university's time zone. Source: mission S15, S38."""

import datetime as dt
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

LAST_SECOND = dt.time(23, 59, 59)
MOST_EXTENSIONS = 2
_MONTHS = 12


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """Give the last second of a day, UTC."""
    return dt.datetime.combine(day, LAST_SECOND, ZoneInfo(zone)).astimezone(dt.UTC)


def day_of(moment: dt.datetime, zone: str) -> dt.date:
    """Give the day a moment belongs to."""
    return moment.astimezone(ZoneInfo(zone)).date()


def temporary_end(now: dt.datetime, months: int, zone: str) -> dt.datetime:
    """Give the last second of a temporary account that is made now, UTC.

    The same day ``months`` Jalali months later, or the last day of that month where it has no such day.
    """
    return end_of_day(months_later(day_of(now, zone), months), zone)


def months_later(day: dt.date, months: int) -> dt.date:
    """Give the day Jalali months later: 31/06 → 30/07, 30/11 → 29/12, or 30/12 in a leap year."""
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    years, month = divmod(jalali.month - 1 + months, _MONTHS)
    year = jalali.year + years
    last: int = JalaliDate.days_in_month(month + 1, year)
    found: dt.date = JalaliDate(year, month + 1, min(jalali.day, last)).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def extended(expires_at: dt.datetime, now: dt.datetime, days: int, zone: str) -> dt.datetime:
    """Give the new end: so many days after the old one, or after today where that has passed. UTC."""
    start = max(day_of(expires_at, zone), day_of(now, zone))
    return end_of_day(start + dt.timedelta(days=days), zone)


def days_left(expires_at: dt.datetime, now: dt.datetime, zone: str) -> int:
    """Give the days until the last one: 0 on the last day itself, negative afterwards."""
    return (day_of(expires_at, zone) - day_of(now, zone)).days
