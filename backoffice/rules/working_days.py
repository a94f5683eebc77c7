"""Working days: Saturday to Wednesday but for the holidays of the settings. Source: mission S40."""

import datetime as dt
from collections.abc import Collection

from persiantools.jdatetime import JalaliDate

from backoffice.rules import jalali

_FREE = frozenset({3, 4})  # Thursday and Friday, as Python counts the days of the week
_LONGEST = 366


def due(begin: dt.date, days: int, holidays: Collection[str]) -> dt.date:
    """Give the last of so many working days after the day something began."""
    free = {day for text in holidays if (day := jalali.parse(text, "jalali") or jalali.parse(text, "gregorian"))}
    left, day = days, begin
    for _ in range(_LONGEST):
        if left <= 0:
            break
        day += dt.timedelta(days=1)
        left -= day.weekday() not in _FREE and day not in free
    return day


def in_words(day: dt.date, language: str) -> str:
    """Give a near day as people say it: سه‌شنبه ۱۰ آذر, or Tuesday 1 December."""
    if language != "fa":
        return f"{day:%A} {day.day} {day:%B}"
    said: str = JalaliDate(day, locale="fa").strftime("%A %d %B")  # type: ignore[no-untyped-call]
    return said.replace(" ۰", " ")
