"""The past of the demo hangs together."""

import datetime as dt
import random

from backoffice.demo import history
from backoffice.rules.jalali_months import month_of

ZONE = "Asia/Tehran"
NOW = dt.datetime(2026, 11, 29, 9, tzinfo=dt.UTC)


def test_every_step_of_the_past_comes_after_the_one_before_it_and_before_now() -> None:
    this = month_of(NOW, ZONE)
    found = history.attempts(100, this, NOW, ZONE, random.Random(1))  # noqa: S311
    for attempt in found:
        moments = [attempt.began, *attempt.at.values()]
        assert moments == sorted(moments)
        assert moments[-1] < NOW
        assert all(attempt.at[history.TEMPORARY] < moment < NOW for _stage, moment in attempt.reminders)
    assert {each.person for each in found if history.PERMANENT in each.at} == set(range(100))
    months = {month_of(each.began, ZONE) for each in found if history.PERMANENT in each.at}
    assert len(months) >= history.MONTHS - 2
