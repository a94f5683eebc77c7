"""Dates as people write them, in the Jalali or the Gregorian calendar.

Source: mission.md §7 "Jalali"; reconciliation.md "Gates on the file" (a date cell that is no real date).
"""

import datetime as dt
import re
from typing import Literal

from persiantools.jdatetime import JalaliDate

from backoffice.rules.text import fold_digits

Calendar = Literal["jalali", "gregorian"]
# A year outside these belongs to the other calendar or is a slip of the pen.
YEARS: dict[Calendar, range] = {"jalali": range(1200, 1501), "gregorian": range(1821, 2122)}
_WRITTEN = re.compile(r"([0-9]{4})([/.\-]?)([0-9]{1,2})\2([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_NOISE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def parse(written: str, calendar: Calendar) -> dt.date | None:
    """Give the Gregorian date of year, month, day written with ``/ - .`` or as eight digits; None if it is no real day.

    Persian digits are read too; a midnight that a spreadsheet added is dropped.
    """
    match = _WRITTEN.fullmatch(fold_digits(_NOISE.sub("", written)).strip())
    if match is None or (not match[2] and len(match[3] + match[4]) != len("MMDD")):
        return None
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    return _real_day(year, month, day, calendar) if year in YEARS[calendar] else None


def _real_day(year: int, month: int, day: int, calendar: Calendar) -> dt.date | None:
    try:
        return dt.date(year, month, day) if calendar == "gregorian" else _from_jalali(year, month, day)
    except ValueError:
        return None


def _from_jalali(year: int, month: int, day: int) -> dt.date:
    found: dt.date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def to_jalali(day: dt.date) -> str:
    """Give a Gregorian date as Jalali YYYY/MM/DD with ASCII digits."""
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    return f"{jalali.year:04d}/{jalali.month:02d}/{jalali.day:02d}"


def shown(day: dt.date, language: str) -> str:
    """Give the date as messages show it: Jalali with Persian digits, or Gregorian with the Jalali one behind it."""
    jalali = to_jalali(day)
    return jalali.translate(_PERSIAN_DIGITS) if language == "fa" else f"{day.isoformat()} ({jalali})"
