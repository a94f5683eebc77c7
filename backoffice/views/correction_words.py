"""Wishes for a correction in words, on the profile and on the desk."""

import datetime as dt

from backoffice.i18n import N_, _
from backoffice.models import CorrectionRequest
from backoffice.rules import fields, jalali
from backoffice.services.correction_requests import DONE, REFUSED, WAITING
from backoffice.services.uploads import shown_name
from backoffice.views import formats

_STATES = {
    WAITING: ("info", N_("waits for the personnel office")),
    DONE: ("success", N_("corrected by the personnel office; the next file brings it")),
    REFUSED: ("warning", N_("not corrected")),
}


def state(row: CorrectionRequest) -> tuple[str, str]:
    """Give level and words of how a wish stands."""
    level, words = _STATES[row.state]
    return level, _(words)


def shown(row: CorrectionRequest) -> str:
    """Give the value that is wished, dates in the Jalali calendar."""
    if row.field not in fields.DATE_FIELDS:
        return row.value
    return formats.digits(jalali.to_jalali(dt.date.fromisoformat(row.value)))


def safe_name(file_name: str) -> str:
    """Give a file name that is safe to show."""
    return shown_name(file_name)
