import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.quiet import next_allowed

TEHRAN = "Asia/Tehran"


def tehran(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=3, minutes=30)))


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (tehran(22, 20, 59), tehran(22, 20, 59)), (tehran(22, 21), tehran(23, 8)), (tehran(23, 3), tehran(23, 8)),
        (tehran(23, 7, 59), tehran(23, 8)), (tehran(23, 8), tehran(23, 8)),
    ],
)  # fmt: skip
def test_the_night_is_quiet_until_eight(moment: dt.datetime, allowed: dt.datetime) -> None:
    assert next_allowed(moment, 21, 8, TEHRAN) == allowed


def test_quiet_hours_within_one_day() -> None:
    assert next_allowed(tehran(22, 13), 12, 14, TEHRAN) == tehran(22, 14)
    assert next_allowed(tehran(22, 14), 12, 14, TEHRAN) == tehran(22, 14)


@given(st.integers(0, 23), st.datetimes(timezones=st.just(dt.UTC)))
def test_equal_hours_are_no_quiet_at_all(hour: int, moment: dt.datetime) -> None:
    assert next_allowed(moment, hour, hour, "UTC") == moment
