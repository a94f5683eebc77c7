"""Until when accounts are valid."""

import datetime as dt

import pytest

from backoffice.rules import jalali
from backoffice.rules.deadlines import days_left, extended, months_later, temporary_end

ZONE = "Asia/Tehran"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("1405/06/31", 1, "1405/07/30"), ("1405/11/30", 1, "1405/12/29"), ("1403/11/30", 1, "1403/12/30"),
        ("1405/09/07", 1, "1405/10/07"), ("1405/12/29", 1, "1406/01/29"), ("1403/12/30", 12, "1404/12/29"),
        ("1405/01/31", 3, "1405/04/31"), ("1405/09/07", 15, "1406/12/07"),
    ],
)  # fmt: skip
def test_a_month_is_a_jalali_month_and_ends_on_its_last_day_at_most(day: str, months: int, expected: str) -> None:
    start = jalali.parse(day, "jalali")
    assert start
    assert jalali.to_jalali(months_later(start, months)) == expected


def test_a_temporary_account_is_valid_until_the_last_second_of_the_day_in_tehran() -> None:
    # 22:00 UTC is the next day in Tehran: 1405/09/08.
    now = dt.datetime(2026, 11, 28, 22, 0, tzinfo=dt.UTC)
    assert temporary_end(now, 1, ZONE) == dt.datetime(2026, 12, 29, 20, 29, 59, tzinfo=dt.UTC)


def test_an_extension_counts_from_the_end_or_from_today_where_that_has_passed() -> None:
    end = dt.datetime(2026, 12, 29, 20, 29, 59, tzinfo=dt.UTC)
    before, after = end - dt.timedelta(days=5), end + dt.timedelta(days=5)
    assert extended(end, before, 10, ZONE) == end + dt.timedelta(days=10)
    assert extended(end, after, 10, ZONE) == end + dt.timedelta(days=15)


def test_days_left_are_those_of_the_calendar() -> None:
    end = dt.datetime(2026, 12, 29, 20, 29, 59, tzinfo=dt.UTC)
    assert days_left(end, end, ZONE) == 0
    assert days_left(end, end - dt.timedelta(hours=24), ZONE) == 1
    assert days_left(end, end + dt.timedelta(seconds=1), ZONE) == -1
