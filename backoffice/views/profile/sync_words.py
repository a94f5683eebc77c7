"""The four answers of synchronising in words. Source: mission S26; glossary.md."""

import datetime as dt

from backoffice.i18n import N_, _
from backoffice.services.synchronise import MISMATCH, NOT_ACTIVE, NOT_FOUND, UPDATED, Answer
from backoffice.views import formats

_SENTENCES = {
    UPDATED: N_("Your data were brought up to the file of %(date)s."),
    NOT_ACTIVE: N_(
        "In the file of %(date)s your status still is «%(status)s»; once it has changed, please choose this again."
    ),
    NOT_FOUND: N_("Your name is not in the file of %(date)s; new colleagues are usually added by the next file."),
    MISMATCH: N_(
        "Your data and HR's file are not the same; this is being looked at under the tracking code %(tracking_code)s."
    ),
}


def sentence(answer: Answer) -> str:
    """Give what came of it as the person reads it."""
    date = formats.jalali_text(dt.datetime.fromisoformat(answer.as_of), "%Y/%m/%d") if answer.as_of else ""
    code = formats.isolated(answer.tracking_code) if answer.tracking_code else ""
    return str(_(_SENTENCES[answer.answer], date=date, status=answer.status, tracking_code=code))


def level(answer: Answer) -> str:
    """Give how loudly it is said."""
    return "success" if answer.answer == UPDATED else "info"
