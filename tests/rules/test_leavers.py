import datetime as dt

import pytest

from backoffice.rules.leavers import (
    Asked,
    Ending,
    Warned,
    grace_days,
    has_left,
    is_to_be_asked,
    lock_day,
    may_disable,
)

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


def ending(due_in: int = 0, warned_days: int = 3) -> Ending:
    return Ending("LEAVER", "LEAVER:x", TODAY + due_in * DAY, warned_days)


def disabled(found: Ending, delivered: float | None, lock_on: int = 0) -> bool:
    at = None if delivered is None else NOW - delivered * DAY
    return may_disable(found, Warned(at, TODAY + lock_on * DAY), NOW, TODAY)


@pytest.mark.parametrize(
    ("kind", "word", "days"),
    [
        ("faculty", "retired", None), ("personnel", "retired", 90), ("student", "graduated", 365),
        ("contractor", "left", 3), ("contractor", "retired", 3), ("personnel", "transferred", 30),
        ("personnel", "left", 3), ("faculty", "dismissed", 3), ("", "ended", 3),
    ],
)  # fmt: skip
def test_the_days_go_by_person_type_and_status_word(kind: str, word: str, days: int | None) -> None:
    assert grace_days({}, kind, word) == days


def test_the_settings_win_over_the_defaults() -> None:
    assert grace_days({"personnel.retired": "keep", "any.other": 10}, "personnel", "retired") is None
    assert grace_days({"any.other": 10}, "personnel", "left") == 10


@pytest.mark.parametrize(
    ("due_in", "delivered", "lock_on", "may"),
    [
        (-10, 3, 0, True), (-10, 2.9, 0, False), (-10, None, -5, False), (0, 3, 0, True), (1, 30, 0, False),
        (-10, 30, 1, False), (-10, 30, 0, True),
    ],
)  # fmt: skip
def test_disabled_on_the_later_of_the_due_day_and_the_delivered_warning(
    due_in: int, delivered: float | None, lock_on: int, may: bool
) -> None:
    assert disabled(ending(due_in), delivered, lock_on) is may


def test_a_missing_person_has_thirty_days() -> None:
    assert not disabled(ending(-60, 30), 29.9)
    assert disabled(ending(-60, 30), 30)


def test_the_warning_names_the_day_that_will_come_true() -> None:
    assert lock_day(ending(-10), TODAY) == TODAY + 3 * DAY
    assert lock_day(ending(90), TODAY) == TODAY + 90 * DAY


def asked(answer: str, days: float, since: float = 10) -> Asked:
    return Asked(NOW - since * DAY, answer, NOW - days * DAY if answer else None)


@pytest.mark.parametrize(
    ("question", "again", "left"),
    [
        (None, True, False), (asked("", 0, 6.9), False, False), (asked("", 0, 7), False, True),
        (asked("left", 0), False, True), (asked("left", 400), False, True), (asked("here", 59), False, False),
        (asked("here", 60), True, False), (asked("later", 6), False, False), (asked("later", 7), True, False),
    ],
)  # fmt: skip
def test_what_hr_says_decides_about_a_missing_person(question: Asked | None, again: bool, left: bool) -> None:
    assert (is_to_be_asked(question, NOW), has_left(question, NOW)) == (again, left)
