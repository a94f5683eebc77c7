"""Small pieces of the HR screens: titles of sources, links to files, the status in words."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from markupsafe import Markup, escape

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Snapshot
from backoffice.models.hr import ACCEPTED, HELD, REFUSED
from backoffice.rules import jalali
from backoffice.views.formats import digits

_STATUSES = {
    ACCEPTED: ("success", N_("Accepted")),
    HELD: ("warning", N_("On hold")),
    REFUSED: ("danger", N_("Refused")),
}


def source_title(name: str) -> str:
    """Give the title of a source; the bare name of one that is no longer in the settings."""
    titles = {source.name: source.title for source in settings_of(current_app).hr.sources}
    return titles.get(name) or name


def file_link(snapshot: Snapshot) -> Markup:
    """Give the file name as a link to its page."""
    address = url_for("hr_file.show", number=snapshot.id)
    return Markup('<a href="{}"><bdi class="file-name">{}</bdi></a>').format(address, snapshot.file_name)


def status_pill(status: str) -> Markup:
    """Give what became of a file as a coloured word."""
    level, title = _STATUSES.get(status, ("neutral", status))
    return Markup('<span class="pill pill-{}">{}</span>').format(level, escape(_(title)))


def local_day(moment: dt.datetime) -> dt.date:
    """Give the day of a moment at the university."""
    return moment.astimezone(ZoneInfo(settings_of(current_app).timezone)).date()


def example_day() -> str:
    """Give today as it is written in the Jalali calendar."""
    return jalali.to_jalali(local_day(clock.now()))


def jalali_day(day: dt.date) -> Markup:
    """Give a day as people read it, the Gregorian one in the tooltip."""
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(day.isoformat(), digits(jalali.to_jalali(day)))
