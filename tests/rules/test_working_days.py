"""Working days of the university's week."""

import datetime as dt

import pytest

from backoffice.rules.working_days import begun_by, due, in_words, over, read_days

TUESDAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("begin", "holidays", "last"),
    [
        (TUESDAY, (), dt.date(2026, 12, 5)),
        (dt.date(2026, 12, 5), (), dt.date(2026, 12, 7)),
        (dt.date(2026, 12, 4), (), dt.date(2026, 12, 6)),
        (dt.date(2026, 12, 5), ("1405/09/15", "2026-12-07", "nonsense"), dt.date(2026, 12, 9)),
    ],
)
def test_thursday_friday_and_holidays_do_not_count(begin: dt.date, holidays: tuple[str, ...], last: dt.date) -> None:
    assert due(begin, 2, read_days(holidays)) == last


@pytest.mark.parametrize(("today", "days"), [(1, 0), (2, 1), (3, 1), (5, 2), (6, 2), (7, 3)])
def test_days_over_are_counted_in_working_days_too(today: int, days: int) -> None:
    assert over(TUESDAY, dt.date(2026, 12, today), read_days(["2026-12-06"])) == days


def test_what_began_by_a_day_is_due_by_the_last_one_and_nothing_newer_is() -> None:
    free = read_days(["2026-12-06", "2026-12-07"])
    for number in range(30):
        last = TUESDAY + dt.timedelta(days=number)
        begun = begun_by(last, 2, free)
        assert due(begun, 2, free) <= last < due(begun + dt.timedelta(days=1), 2, free)


def test_a_near_day_is_named_as_people_say_it() -> None:
    assert in_words(TUESDAY, "fa") == "سه‌شنبه ۱۰ آذر"
    assert in_words(TUESDAY, "en") == "Tuesday 1 December"
    assert in_words(dt.date(2026, 11, 23), "fa") == "دوشنبه ۲ آذر"
