"""When a job is due: after a pause, or at a time of day."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Every:
    """Again so many seconds after the last start."""

    seconds: int

    def after(self, moment: dt.datetime) -> dt.datetime:
        """Give the due time that follows ``moment``."""
        return moment + dt.timedelta(seconds=self.seconds)

    def first(self, moment: dt.datetime) -> dt.datetime:
        """Give the first due time of all: at once."""
        return moment


@dataclass(frozen=True)
class Daily:
    """Once a day at a time of day in a time zone."""

    at: dt.time
    zone: str

    def after(self, moment: dt.datetime) -> dt.datetime:
        """Give the due time that follows ``moment``, UTC."""
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        days = (today, today + _DAY, today + 2 * _DAY)
        moments = (dt.datetime.combine(day, self.at, zone).astimezone(dt.UTC) for day in days)
        return next(candidate for candidate in moments if candidate > moment)

    def first(self, moment: dt.datetime) -> dt.datetime:
        """Give the first due time of all: the next one."""
        return self.after(moment)


Rhythm = Every | Daily


def drawn_back(due_at: dt.datetime, now: dt.datetime, rhythm: Rhythm) -> dt.datetime:
    """Give the due time, or an earlier one where it lies further ahead than it can.

    That happens when the clock was set back; without this the job would wait until the old time comes again.
    """
    return min(due_at, rhythm.after(now))
