"""How long work may wait: two working days after the day it began. Source: mission S40, interface.md "Home"."""

import datetime as dt
from dataclasses import dataclass

from backoffice import clock
from backoffice.rules.deadlines import day_of, end_of_day
from backoffice.rules.working_days import begun_by
from backoffice.services import holidays
from backoffice.services.permanent_requests import WORKING_DAYS
from backoffice.settings import Settings

LATE, TODAY, IN_TIME = "late", "today", "in_time"


@dataclass(frozen=True)
class ServiceLevel:
    """What began until ``late`` should be done already, what began until ``today`` has to be done today. Both UTC."""

    late: dt.datetime
    today: dt.datetime

    def of(self, since: dt.datetime | None) -> str:
        """Give LATE, TODAY or IN_TIME of what waits since then, "" for what has no beginning."""
        if since is None:
            return ""
        return LATE if since <= self.late else TODAY if since <= self.today else IN_TIME


def of_now(settings: Settings) -> ServiceLevel:
    """Give the service level of this moment."""
    day, free = day_of(clock.now(), settings.timezone), holidays.days(settings)
    late, today = (begun_by(last, WORKING_DAYS, free) for last in (day - dt.timedelta(days=1), day))
    return ServiceLevel(end_of_day(late, settings.timezone), end_of_day(today, settings.timezone))
