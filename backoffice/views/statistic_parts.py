"""All parts of the statistics page in their order."""

import datetime as dt
from zoneinfo import ZoneInfo

from backoffice import clock
from backoffice.i18n import _
from backoffice.rules.jalali import to_jalali
from backoffice.rules.jalali_months import month_ends, start_of
from backoffice.rules.small_groups import is_small
from backoffice.services import figure_store, figures_now
from backoffice.services.figure_sql import AGES, DAYS_LEFT
from backoffice.services.figures_now import Now
from backoffice.services.statistics import Report
from backoffice.settings import Settings
from backoffice.views import statistic_shares, statistic_tables, statistic_targets, statistic_words
from backoffice.views.formats import digits
from backoffice.views.statistic_tables import Part

# More days than these are shown by the last one of each month.
_MOST_DAYS = 62


def every(report: Report, now: Now, settings: Settings) -> list[Part]:
    """Give the targets where any is set, what is of the period, then what is of now."""
    titled = statistic_words.from_days
    mail = {state: _(title) for state, title in statistic_words.MAIL.items()}
    return [
        *([statistic_targets.part(report, now)] if report.targets else []),
        statistic_tables.funnel(report), statistic_tables.months(report), statistic_shares.comparison(report),
        statistic_shares.coverage(report), statistic_tables.causes(report), statistic_tables.expired(report),
        statistic_shares.reminders(report),
        statistic_tables.of_parts("cases", _("Age"), _("Cases"), now.cases, titled(AGES)),
        statistic_tables.of_parts("temporary", _("Days left"), _("Accounts"), now.temporary, titled(DAYS_LEFT)),
        statistic_tables.of_parts("mail", _("State"), _("Mailboxes"), now.mail, mail),
        _history(report, settings),
        _freshness(settings),
    ]  # fmt: skip


def _history(report: Report, settings: Settings) -> Part:
    zone = ZoneInfo(settings.timezone)
    first, after = (start_of(month, settings.timezone) for month in (report.asked.first, report.asked.last + 1))
    until = after - dt.timedelta(seconds=1)
    looked = figure_store.days(*(moment.astimezone(zone).date().isoformat() for moment in (first, until)))
    if len(looked) > _MOST_DAYS:
        looked = month_ends(looked, report.asked.first, report.asked.last)
    named = [
        (digits(to_jalali(dt.date.fromisoformat(day))), {
            name: None if is_small(count) else count for name, count in counts.items()
        })
        for day, counts in figure_store.on_days(looked).items()
    ]  # fmt: skip
    return statistic_tables.history(named)


def _freshness(settings: Settings) -> Part:
    now, found = clock.now(), figures_now.freshness(settings)
    return statistic_tables.freshness(found, [(now - source.at).days if source.at else None for source in found])
