"""When a job is due."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.due import Daily, Every, Rhythm, drawn_back

NIGHTLY = Daily(dt.time(2, 0), "Asia/Tehran")
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
RHYTHMS: st.SearchStrategy[Rhythm] = st.one_of(
    st.builds(Every, st.integers(1, 100_000)),
    st.builds(Daily, st.times(), st.sampled_from(["Asia/Tehran", "Europe/Berlin", "America/New_York"])),
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-05-01 20:00", "2026-05-01 22:30"),
        ("2026-05-01 22:30", "2026-05-02 22:30"),
        ("2026-05-01 22:31", "2026-05-02 22:30"),
    ],
)
def test_two_in_the_night_is_meant_in_tehran(moment: str, due: str) -> None:
    assert NIGHTLY.after(utc(moment)) == utc(due)


def test_a_time_that_summer_time_leaves_out_is_not_lost() -> None:
    berlin = Daily(dt.time(2, 30), "Europe/Berlin")
    assert berlin.after(utc("2026-03-28 20:00")) < berlin.after(utc("2026-03-29 20:00")) == utc("2026-03-30 00:30")


def test_a_new_installation_looks_for_files_at_once_and_compares_at_night() -> None:
    now = utc("2026-05-01 12:00")
    assert Every(30).first(now) == now
    assert NIGHTLY.first(now) == utc("2026-05-01 22:30")


@given(RHYTHMS, MOMENTS)
def test_the_next_time_is_always_ahead_and_never_more_than_two_days(rhythm: Rhythm, now: dt.datetime) -> None:
    assert now < rhythm.after(now) <= now + dt.timedelta(days=2)


@given(RHYTHMS, MOMENTS, MOMENTS)
def test_a_clock_set_back_makes_nobody_wait_and_nothing_run_at_once(
    rhythm: Rhythm, wrong: dt.datetime, now: dt.datetime
) -> None:
    due = drawn_back(rhythm.after(wrong), now, rhythm)
    assert due <= rhythm.after(now)
    assert due > min(now, wrong)
