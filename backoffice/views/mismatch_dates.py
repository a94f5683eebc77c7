"""Days kept as ISO text, as pages show them."""

import datetime as dt

from backoffice.rules.jalali import to_jalali


def day(iso: str) -> str:
    """Give an ISO day in the Jalali calendar, with ASCII digits; anything else as it is."""
    try:
        return to_jalali(dt.date.fromisoformat(iso))
    except ValueError:
        return iso
