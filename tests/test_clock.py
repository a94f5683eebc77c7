"""The one source of time."""

import datetime as dt

import pytest

from backoffice import clock

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def test_a_block_may_begin_at_another_moment_and_the_clock_is_right_again_after_it() -> None:
    before = clock.now()
    with pytest.raises(RuntimeError), clock.begun_at(NOON):
        assert dt.timedelta() <= clock.now() - NOON < dt.timedelta(minutes=1)
        raise RuntimeError
    assert dt.timedelta() <= clock.now() - before < dt.timedelta(minutes=1)
