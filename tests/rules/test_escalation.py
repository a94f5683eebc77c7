"""HR and IT are reminded when the service level is over, and once more two working days later."""

import datetime as dt

import pytest

from backoffice.rules.escalation import stage

TUESDAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("today", "reached"),
    [(1, 0), (2, 1), (3, 1), (4, 1), (5, 1), (6, 2), (20, 2)],
)
def test_thursday_and_friday_make_nobody_late(today: int, reached: int) -> None:
    assert stage(TUESDAY, dt.date(2026, 12, today), frozenset()) == reached


def test_nor_does_a_holiday() -> None:
    assert stage(TUESDAY, dt.date(2026, 12, 2), {dt.date(2026, 12, 2)}) == 0
