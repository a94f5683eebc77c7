"""How long something took: rounded, and the middle of it."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.spans import DAY, HOUR, MINUTE, quantile, rounded

SECONDS = st.integers(0, 90 * DAY)


@given(st.lists(SECONDS, min_size=1, max_size=40))
def test_the_median_of_rounded_times_is_the_rounded_median(times: list[int]) -> None:
    counted: dict[int, int] = {}
    for each in times:
        counted[rounded(each)] = counted.get(rounded(each), 0) + 1
    assert quantile(counted, 50) == rounded(statistics.median_low(times))


@given(SECONDS, st.integers(1, 90))
def test_rounding_never_carries_a_time_over_a_whole_day(seconds: int, days: int) -> None:
    assert (rounded(seconds) < days * DAY) is (seconds < days * DAY)


def test_minutes_then_hours_then_days() -> None:
    asked = (-5, 59, 61, 2 * HOUR - 1, 2 * HOUR + 1, 2 * DAY - 1, 2 * DAY + HOUR)
    assert [rounded(each) for each in asked] == [0, 0, MINUTE, 119 * MINUTE, 2 * HOUR, 47 * HOUR, 2 * DAY]
    assert quantile({}, 50) is None
