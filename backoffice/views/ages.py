"""How long ago something was, in words, with the moment itself in the tooltip."""

import datetime as dt

from flask import Flask
from markupsafe import Markup

from backoffice import clock
from backoffice.i18n import N_, _
from backoffice.views.formats import jalali_text, local
from backoffice.views.sentences import number

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# From this many seconds on: the unit, and its sentence.
_STEPS = (
    (2 * _DAY, _DAY, N_("%(count)s days ago")),
    (_DAY, _DAY, N_("a day ago")),
    (2 * _HOUR, _HOUR, N_("%(count)s hours ago")),
    (_HOUR, _HOUR, N_("an hour ago")),
    (2 * _MINUTE, _MINUTE, N_("%(count)s minutes ago")),
)
_NOW = N_("just now")
_AHEAD = (
    (2 * _DAY, _DAY, N_("in %(count)s days")),
    (2 * _HOUR, _HOUR, N_("in %(count)s hours")),
    (2 * _MINUTE, _MINUTE, N_("in %(count)s minutes")),
)
_SOON = N_("in a moment")


def register(app: Flask) -> None:
    """Give the templates the filter ``ago``."""
    app.jinja_env.filters["ago"] = ago


def ago(moment: dt.datetime | None) -> Markup:
    """Give a moment as the time since it, or until it; "" for none."""
    if moment is None:
        return Markup()
    seconds = (clock.now() - moment).total_seconds()
    words = _worded(-seconds, _AHEAD, _SOON) if seconds < 0 else _worded(seconds, _STEPS, _NOW)
    stamp = local(moment).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, jalali_text(moment), words)


def _worded(seconds: float, steps: tuple[tuple[int, int, str], ...], least: str) -> str:
    for begin, unit, sentence in steps:
        if seconds >= begin:
            return str(_(sentence, count=number(int(seconds // unit))))
    return str(_(least))
