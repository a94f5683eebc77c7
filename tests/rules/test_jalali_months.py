"""Months of the Jalali calendar as numbers."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.jalali_months import YEAR, month_ends, month_of, start_of, stretch_of, written

TEHRAN = "Asia/Tehran"


@given(st.integers(1380 * 12, 1430 * 12))
def test_a_month_begins_where_the_one_before_it_ends(month: int) -> None:
    start = start_of(month, TEHRAN)
    assert month_of(start, TEHRAN) == month
    assert month_of(start - dt.timedelta(seconds=1), TEHRAN) == month - 1


def test_seasons_and_years_begin_with_farvardin() -> None:
    mehr = 1405 * 12 + 6
    assert [written(stretch_of(mehr + 1, length)) for length in (1, 3, 12)] == ["1405/08", "1405/07", "1405/01"]


def test_the_last_day_of_each_month_stands_for_it() -> None:
    farvardin = 1405 * YEAR
    days = ["2026-03-20", "2026-03-21", "2026-04-20", "2026-04-21", "2026-06-21", "2026-06-22"]
    assert month_ends(days, farvardin, farvardin + 2) == ["2026-04-20", "2026-04-21", "2026-06-21"]
    assert month_ends([], farvardin, farvardin) == []
