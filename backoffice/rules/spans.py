"""How long something took, rounded down to what people say: minutes, then hours, then days.

The rounding keeps the order, so the median of rounded times is the rounded median (nearest rank). It never carries a
time over a whole day.
"""

from collections.abc import Mapping

MINUTE, HOUR, DAY = 60, 3600, 86_400
# Below so many seconds -> rounded down to a multiple of.
STEPS = ((2 * HOUR, MINUTE), (2 * DAY, HOUR))
COARSEST = DAY
MEDIAN, P90 = 50, 90


def rounded(seconds: int) -> int:
    """Give a time in seconds rounded down; less than nothing is nothing."""
    if seconds <= 0:
        return 0
    for below, unit in STEPS:
        if seconds < below:
            return seconds // unit * unit
    return seconds // COARSEST * COARSEST


def quantile(times: Mapping[int, int], percent: int) -> int | None:
    """Give the smallest time that ``percent`` of them do not exceed (nearest rank), None where there is none."""
    total = sum(times.values())
    rank, passed = -(-total * percent // 100), 0
    for seconds in sorted(times):
        passed += times[seconds]
        if passed >= rank and total:
            return seconds
    return None
