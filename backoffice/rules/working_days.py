"""Working days: Saturday to Wednesday but for holidays. Source: mission S40."""

import datetime as dt
from collections.abc import Collection, Iterable

from persiantools.jdatetime import JalaliDate

from backoffice.rules import jalali

_FREE = frozenset({3, 4})  # Thursday and Friday, as Python counts the days of the week
_DAY = dt.timedelta(days=1)
_LONGEST = 366


def read_day(written: str) -> dt.date | None:
    """Give the day of a Jalali or a Gregorian date, None where it is neither."""
    return jalali.parse(written, "jalali") or jalali.parse(written, "gregorian")


def read_days(written: Iterable[str]) -> frozenset[dt.date]:
    """Give the days of a list; what is no date is left out."""
    return frozenset(day for text in written if (day := read_day(text)))


def is_working(day: dt.date, holidays: Collection[dt.date]) -> bool:
    """Say whether people work on a day."""
    return day.weekday() not in _FREE and day not in holidays


def due(begin: dt.date, days: int, holidays: Collection[dt.date]) -> dt.date:
    """Give the last of so many working days after the day something began."""
    left, day = days, begin
    for _ in range(_LONGEST):
        if left <= 0:
            break
        day += _DAY
        left -= is_working(day, holidays)
    return day


def over(last: dt.date, today: dt.date, holidays: Collection[dt.date]) -> int:
    """Give how many working days have begun since a last day, 0 while it is not over."""
    days = min((today - last).days, _LONGEST)
    return sum(is_working(last + number * _DAY, holidays) for number in range(1, days + 1))


def begun_by(last: dt.date, days: int, holidays: Collection[dt.date]) -> dt.date:
    """Give the newest day on which something may have begun whose ``due`` day is not after ``last``."""
    left, day = days, last
    for _ in range(_LONGEST):
        left -= is_working(day, holidays)
        day -= _DAY
        if left <= 0:
            break
    return day


def in_words(day: dt.date, language: str) -> str:
    """Give a near day as people say it: سه‌شنبه ۱۰ آذر, or Tuesday 1 December."""
    if language != "fa":
        return f"{day:%A} {day.day} {day:%B}"
    said: str = JalaliDate(day, locale="fa").strftime("%A %d %B")  # type: ignore[no-untyped-call]
    return said.replace(" ۰", " ")
