"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules import jalali


@pytest.mark.parametrize(
    "written", ["1403/01/05", "1403-1-5", "۱۴۰۳/۰۱/۰۵", "١٤٠٣/٠١/٠٥", "14030105", " 1403.01.05 ", "\u200f1403/1/5"]
)
def test_a_jalali_date_is_read_however_it_is_written(written: str) -> None:
    assert jalali.parse(written, "jalali") == dt.date(2024, 3, 24)


@pytest.mark.parametrize(
    "written",
    ["", "1404/12/30", "1403/13/01", "1403/00/10", "1403/07/31", "03/01/05", "05/01/1403", "2024/03/24", "140315", "x",
     "1403/01-05", "1403/01/05 10:00", "۱۴۰۳"],
)  # fmt: skip
def test_what_is_no_real_jalali_day_is_no_date(written: str) -> None:
    assert jalali.parse(written, "jalali") is None


def test_the_last_day_of_a_leap_year_is_real() -> None:
    assert jalali.parse("1403/12/30", "jalali") == dt.date(2025, 3, 20)


def test_a_gregorian_column_reads_gregorian_days_and_the_midnight_of_a_spreadsheet() -> None:
    assert jalali.parse("2024-02-29 00:00:00", "gregorian") == dt.date(2024, 2, 29)
    assert jalali.parse("1403/01/05", "gregorian") is None
    assert jalali.parse("2023/02/29", "gregorian") is None


@given(st.dates(dt.date(1822, 1, 1), dt.date(2098, 12, 31)))
def test_every_day_survives_the_way_to_jalali_and_back(day: dt.date) -> None:
    assert jalali.parse(jalali.to_jalali(day), "jalali") == day


@given(st.text(max_size=20), st.sampled_from(["jalali", "gregorian"]))
def test_no_text_makes_the_parser_fail(text: str, calendar: jalali.Calendar) -> None:
    found = jalali.parse(text, calendar)
    assert found is None or isinstance(found, dt.date)
