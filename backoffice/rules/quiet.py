"""The hours of the night in which nobody gets an SMS. Source: mission S37."""

import datetime as dt
from zoneinfo import ZoneInfo


def next_allowed(moment: dt.datetime, quiet_from: int, quiet_to: int, zone: str) -> dt.datetime:
    """Give ``moment`` itself, or the end of the quiet hours it falls into, UTC.

    ``quiet_from``, ``quiet_to``: hours of the day in the time zone; from 21 to 8 goes past midnight, equal hours
    mean no quiet at all.
    """
    local = moment.astimezone(ZoneInfo(zone))
    over_midnight = quiet_from > quiet_to
    in_evening, in_morning = local.hour >= quiet_from, local.hour < quiet_to
    quiet = (in_evening or in_morning) if over_midnight else (in_evening and in_morning)
    if not quiet:
        return moment
    day = local.date() + dt.timedelta(days=1 if over_midnight and in_evening else 0)
    return dt.datetime.combine(day, dt.time(quiet_to), ZoneInfo(zone)).astimezone(dt.UTC)
