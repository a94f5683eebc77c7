"""Days and moments of the evidence, as pages show them."""

import datetime as dt

from backoffice.rules.jalali import to_jalali
from backoffice.views.formats import jalali_text

_SERVERS = "%Y%m%d%H%M%S"


def day(iso: str) -> str:
    """Give an ISO day in the Jalali calendar, with ASCII digits; anything else as it is."""
    try:
        return to_jalali(dt.date.fromisoformat(iso))
    except ValueError:
        return iso


def servers_moment(text: str) -> str:
    """Give a moment as directories write it (UTC) in Tehran's Jalali time; anything else as it is."""
    try:
        found = dt.datetime.strptime(text.partition(".")[0].rstrip("Z"), _SERVERS).replace(tzinfo=dt.UTC)
    except ValueError:
        return text
    return jalali_text(found)
