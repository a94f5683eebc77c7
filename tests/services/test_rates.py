"""Counting what may happen only so often."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import RateCount
from backoffice.services import rates
from backoffice.services.rates import Limit, TooManyError
from tests.parallel import together

Later = Callable[[float], None]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_beyond_the_limit_it_is_refused_until_the_window_ends(app: Flask, later: Later) -> None:
    until = rates.count("try", "sara", 2, HOUR)
    assert rates.count("try", "sara", 2, HOUR) == until
    with pytest.raises(TooManyError) as refused:
        rates.count("try", "sara", 2, HOUR)
    assert refused.value.until == until
    later(3601)
    assert rates.count("try", "sara", 2, HOUR) > until


def test_kinds_and_keys_are_counted_apart(app: Flask) -> None:
    for kind, key in (("try", "sara"), ("try", "ali"), ("other", "sara")):
        rates.count(kind, key, 1, HOUR)
    assert rates.so_far("try", "sara") == 1


def test_of_parallel_ones_no_more_pass_than_the_limit(app: Flask) -> None:
    def one(_number: int) -> bool:
        try:
            rates.count("try", "sara", 5, HOUR)
        except TooManyError:
            return False
        return True

    assert sum(together(app, one, 40)) == 5


def test_the_key_is_stored_as_a_keyed_hash_only(app: Flask) -> None:
    rates.count("try", "09121234567", 1, HOUR)
    assert "0912" not in str(db.session.scalars(sa.select(RateCount.subject)).all())


def test_a_clock_that_was_put_right_shuts_nobody_out(app: Flask, later: Later) -> None:
    later(365 * 24 * 3600)
    rates.count("try", "sara", 1, HOUR)
    later(-365 * 24 * 3600)
    rates.count("try", "sara", 1, HOUR)


def test_several_are_counted_at_once_and_the_first_beyond_its_limit_is_named(app: Flask) -> None:
    both = [Limit("try", "sara", 3, HOUR), Limit("call", "sara", 1, DAY)]
    assert rates.count_all(both) == rates.count("try", "sara", 3, HOUR)
    with pytest.raises(TooManyError) as refused:
        rates.count_all(both)
    assert (refused.value.kind, refused.value.until - clock.now() > HOUR) == ("call", True)
    assert [rates.so_far(kind, "sara") for kind in ("try", "call")] == [3, 2]


def test_each_of_several_has_the_window_of_its_own(app: Flask, later: Later) -> None:
    both = [Limit("try", "sara", 9, HOUR), Limit("call", "sara", 9, DAY)]
    for _time in range(2):
        rates.count_all(both)
    later(3601)
    rates.count_all(both)
    assert [rates.so_far(kind, "sara") for kind in ("try", "call")] == [1, 3]


def test_a_clock_that_was_put_right_is_found_for_each_of_several(app: Flask, later: Later) -> None:
    rates.count_all([Limit("try", "sara", 9, HOUR), Limit("call", "sara", 9, DAY)])
    later(-2 * 3600)
    rates.count_all([Limit("try", "sara", 9, HOUR), Limit("call", "sara", 9, 2 * DAY)])
    assert [rates.so_far(kind, "sara") for kind in ("try", "call")] == [1, 2]


def test_what_the_caller_takes_back_is_not_counted(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        rates.count("try", "sara", 1, HOUR)
        raise ZeroDivisionError
    assert rates.so_far("try", "sara") == 0


def test_windows_that_are_over_are_purged(app: Flask, later: Later) -> None:
    rates.count("try", "sara", 1, HOUR)
    later(1800)
    rates.count("try", "ali", 1, HOUR)
    later(1801)
    assert rates.purge() == 1


def test_tomorrow_is_said(app: Flask) -> None:
    with pytest.raises(TooManyError) as refused:
        rates.count("try", "sara", 0, dt.timedelta(days=1))
    local = (clock.now() + dt.timedelta(minutes=1)).astimezone(dt.timezone(dt.timedelta(hours=3, minutes=30)))
    assert refused.value.values["time"] == f"{local:%H:%M} فردا".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
