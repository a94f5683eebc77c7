"""Filters of a list by day, typed in the Jalali calendar."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_admin.contrib.sqla.filters import BaseSQLAFilter

from backoffice.extensions import settings_of
from backoffice.i18n import lazy
from backoffice.rules import jalali

EXAMPLE = "1405/01/31"


class FromDay(BaseSQLAFilter):  # type: ignore[misc]
    """Rows of that day and later."""

    def clean(self, value: str) -> dt.datetime:
        """Give the first moment of the day. Raises ValueError for no real day."""
        return _start(value)

    def apply(self, query: Any, value: dt.datetime, alias: Any = None) -> Any:
        """Keep the rows from that moment on."""
        return query.filter(self.get_column(alias) >= value)

    def operation(self) -> Any:
        """Show how a day is written."""
        return lazy("like %(example)s", example=EXAMPLE)


class UntilDay(FromDay):
    """Rows of that day and earlier."""

    def clean(self, value: str) -> dt.datetime:
        """Give the first moment after the day. Raises ValueError for no real day."""
        return _start(value) + dt.timedelta(days=1)

    def apply(self, query: Any, value: dt.datetime, alias: Any = None) -> Any:
        """Keep the rows before that moment."""
        return query.filter(self.get_column(alias) < value)


def _start(written: str) -> dt.datetime:
    day = jalali.parse(written, "jalali")
    if day is None:
        raise ValueError(written)
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings_of(current_app).timezone))
