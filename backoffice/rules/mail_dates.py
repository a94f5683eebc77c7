"""Internal dates of messages as IMAP writes them. Source: RFC 3501, date-time."""

import datetime as dt
import re

FIRST, LAST = 1900, 2999
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_DATE = re.compile(
    r"\s*([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})", re.ASCII
)


def moment_of(written: str) -> dt.datetime | None:
    """Give the moment of a date such as ``17-Jul-2019 02:44:25 +0430``, None for what is none or in no year of mail."""
    found = _DATE.fullmatch(written)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second, hours, minutes = (int(found[part]) for part in (1, 3, 4, 5, 6, 8, 9))
    if not FIRST <= year <= LAST:
        return None
    offset = dt.timedelta(hours=hours, minutes=minutes) * (-1 if found[7] == "-" else 1)
    try:
        moment = dt.datetime(year, _MONTHS[found[2].lower()], day, hour, minute, second, tzinfo=dt.timezone(offset))
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
