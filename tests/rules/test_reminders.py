"""Which reminder of an end is due. Source: mission S37."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.deadlines import end_of_day
from backoffice.rules.reminders import Due, due

ZONE = "Asia/Tehran"
STAGES = (21, 14, 7, 3, 1, 0, -3)
END = end_of_day(dt.date(2026, 12, 30), ZONE)


def at(days: float) -> dt.datetime:
    """The moment so many days before noon of the last day."""
    return dt.datetime(2026, 12, 30, 8, 30, tzinfo=dt.UTC) - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "stage"), [(21, 21), (20, 21), (14, 14), (8, 14), (7, 7), (2, 3), (1, 1), (0, 0), (-3, -3), (-2, 0)]
)
def test_the_stage_is_the_most_urgent_one_that_was_reached(days: int, stage: int) -> None:
    found = due(END, at(days), STAGES, (), ZONE)
    assert found is not None
    assert found.stage == stage


def test_before_the_first_stage_nothing_is_due() -> None:
    assert due(END, at(22), STAGES, (), ZONE) is None


def test_what_was_missed_is_named_and_never_due_again() -> None:
    assert due(END, at(2), STAGES, (21,), ZONE) == Due(3, (7, 14))
    assert due(END, at(2), STAGES, (21, 14, 7, 3), ZONE) is None


def test_after_a_clock_that_was_set_back_nothing_is_repeated() -> None:
    assert due(END, at(10), STAGES, (21, 14, 7, 3), ZONE) is None


def test_an_sms_goes_with_three_of_them() -> None:
    assert [stage for stage in STAGES if Due(stage).has_sms] == [14, 3, 0]


@given(st.lists(st.integers(-5, 30), max_size=40))
def test_however_the_clock_jumps_each_stage_goes_out_once_and_the_urgency_only_grows(days: list[int]) -> None:
    done: list[int] = []
    sent: list[int] = []
    for day in days:
        if found := due(END, at(day), STAGES, done, ZONE):
            sent.append(found.stage)
            done += [found.stage, *found.missed]
    assert sent == sorted(set(sent), reverse=True)
    assert len(done) == len(set(done))
