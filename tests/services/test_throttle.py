"""Guesses are slowed down, strangers cannot shut anyone out, and parallel guesses do not slip through."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from backoffice.extensions import db, writing
from backoffice.services import throttle
from backoffice.services.throttle import CEILING, FREE_TRIES, TooManyTriesError

Later = Callable[[float], None]
STRANGER, HOME = "203.0.113.9", "198.51.100.7"
HOUR, DAY = 3600.0, 86_400.0


def guess(times: int, later: Later, *, name: str = "sara", address: str = STRANGER) -> None:
    # In one transaction: that is quicker.
    with writing():
        for number in range(times):
            throttle.count_try(name, f"{address}-{number}")
            later(HOUR)


def test_the_pause_grows_evenly_from_a_second_to_an_hour() -> None:
    pauses = [throttle.delay_after(failures).total_seconds() for failures in range(CEILING + 1)]
    assert pauses[: FREE_TRIES + 1] == [0] * (FREE_TRIES + 1)
    assert pauses[FREE_TRIES + 1] == 1
    assert pauses[FREE_TRIES + 1 :] == sorted(pauses[FREE_TRIES + 1 :])
    assert pauses[-1] == pytest.approx(3600)


def test_a_try_before_the_pause_is_over_is_refused_and_not_counted(app: Flask, later: Later) -> None:
    for _ in range(FREE_TRIES + 1):
        throttle.count_try("sara", STRANGER)
    for _ in range(10):
        with pytest.raises(TooManyTriesError):
            throttle.count_try("sara", STRANGER)
    later(1.1)
    throttle.count_try("sara", STRANGER)


def test_after_thirty_wrong_tries_the_pause_is_under_a_quarter_of_an_hour() -> None:
    assert throttle.delay_after(30).total_seconds() < 15 * 60


def test_the_hundredth_failure_closes_the_name_until_it_is_reset(app: Flask, later: Later) -> None:
    guess(CEILING, later)
    later(DAY)
    with pytest.raises(TooManyTriesError) as refused:
        throttle.count_try("sara", STRANGER)
    assert refused.value.until is None
    throttle.forget("sara")
    throttle.count_try("sara", STRANGER)


def test_a_stranger_cannot_shut_out_who_logged_in_from_elsewhere_before(app: Flask, later: Later) -> None:
    throttle.succeeded("sara", HOME)
    guess(CEILING, later)
    throttle.count_try("sara", HOME)


def test_an_address_known_for_one_person_is_not_known_for_another(app: Flask, later: Later) -> None:
    throttle.succeeded("ali", HOME)
    guess(CEILING, later)
    with pytest.raises(TooManyTriesError):
        throttle.count_try("sara", HOME)


def test_guesses_from_a_known_address_are_limited_too(app: Flask, later: Later) -> None:
    throttle.succeeded("sara", HOME)
    for _ in range(CEILING):
        throttle.count_try("sara", HOME)
        later(HOUR + 1)
    with pytest.raises(TooManyTriesError):
        throttle.count_try("sara", HOME)


def test_a_reset_forgets_the_known_addresses_of_that_name_only(app: Flask, later: Later) -> None:
    throttle.succeeded("sara", HOME)
    throttle.succeeded("ali", HOME)
    throttle.forget("sara")
    guess(CEILING, later)
    guess(CEILING, later, name="ali")
    throttle.count_try("ali", HOME)
    with pytest.raises(TooManyTriesError):
        throttle.count_try("sara", HOME)


def test_one_address_that_tries_many_names_is_slowed_down(app: Flask, later: Later) -> None:
    for number in range(throttle.FREE_TRIES_OF_ADDRESS + 1):
        throttle.count_try(f"name{number}", STRANGER)
    with pytest.raises(TooManyTriesError):
        throttle.count_try("another", STRANGER)
    later(HOUR + 1)
    throttle.count_try("another", STRANGER)


def test_a_try_that_could_not_be_judged_is_given_back(app: Flask) -> None:
    for _ in range(FREE_TRIES * 3):
        throttle.count_try("sara", STRANGER)
        throttle.give_back("sara", STRANGER)
    throttle.count_try("sara", STRANGER)


def test_parallel_guesses_are_counted_one_by_one(app: Flask) -> None:
    def one(number: int) -> bool:
        with app.app_context():
            try:
                throttle.count_try("sara", f"{STRANGER}-{number}")
            except TooManyTriesError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(12) as pool:
        passed = sum(pool.map(one, range(40)))
    assert passed <= FREE_TRIES + 1 + 2  # a second or two may pass meanwhile


def test_old_counts_are_purged(app: Flask, later: Later) -> None:
    throttle.succeeded("sara", HOME)
    later(31 * DAY)
    throttle.count_try("ali", STRANGER)
    assert throttle.purge() == 1
