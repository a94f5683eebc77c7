"""The statistics page in plain sentences: what came of those who began, and what waits for somebody."""

from backoffice.i18n import _, ngettext
from backoffice.services import figures
from backoffice.services.figures_now import Now, Parts
from backoffice.services.statistics import Report
from backoffice.views import statistic_targets, statistic_words
from backoffice.views.statistic_words import days, grouped, share, span

_TOLD_DAYS = 7
_SOON = ("0", "3")


def sentences(report: Report, now: Now) -> list[str]:
    """Give the sentences in order; what is hidden or nothing to speak of has none."""
    said = [
        *_began(report), *statistic_targets.sentences(report, now), _beside(report), _reminded(report), _cases(now),
        _ending(now.temporary), _mail(now.mail),
    ]  # fmt: skip
    return [sentence for sentence in said if sentence]


def _began(report: Report) -> list[str]:
    began, done = report.funnel[figures.STARTED].count, report.funnel[figures.PERMANENT]
    if not began:
        return [_("Nobody began a registration in this period, or too few to show.")]
    first = ngettext(
        "%(number)s registration began in this period.", "%(number)s registrations began in this period.", began,
        number=grouped(began),
    )  # fmt: skip
    return [first, *(_led(report) if done.count else [_("None of them has led to a permanent account that is shown.")])]


def _led(report: Report) -> list[str]:
    done, began = report.funnel[figures.PERMANENT], report.funnel[figures.STARTED].count
    values = {"number": grouped(done.count), "share": share(done.count, done.whole), "whole": grouped(done.whole)}
    if done.whole == began:
        led = ngettext(
            "%(number)s of them has led to a permanent account (%(share)s).",
            "%(number)s of them have led to a permanent account (%(share)s).", done.count, **values,
        )  # fmt: skip
    else:
        led = _(
            "Of the %(whole)s of which this is shown, %(number)s have led to a permanent account (%(share)s).", **values
        )
    half = _("Half of these took no longer than %(time)s.", time=span(done.median)) if done.median is not None else ""
    return [led, half]


def _beside(report: Report) -> str:
    """Say how it was the year before."""
    found = report.comparison
    if found is None:
        return ""
    now, before = (each.counts[figures.STARTED] for each in (found.now, found.before))
    if now is None or not (now or before):
        return ""
    period = statistic_words.period(found.asked, report.length)
    if not before:
        return str(
            _("In the year before, nobody began in the months of %(period)s, or too few to show.", period=period)
        )
    return str(ngettext(
        "%(number)s registration began in %(period)s; in the same period of the year before it was %(before)s.",
        "%(number)s registrations began in %(period)s; in the same period of the year before it was %(before)s.",
        now, period=period, number=grouped(now), before=grouped(before),
    ))  # fmt: skip


def _reminded(report: Report) -> str:
    found = report.reminders[_TOLD_DAYS]
    if not found.whole:
        return ""
    return str(ngettext(
        "Of %(number)s person who was reminded, %(share)s asked for the permanent account within %(days)s.",
        "Of %(number)s people who were reminded, %(share)s asked for the permanent account within %(days)s.",
        found.whole, number=grouped(found.whole), share=share(found.count, found.whole), days=days(_TOLD_DAYS),
    ))  # fmt: skip


def _cases(now: Now) -> str:
    cases, oldest = now.cases, now.oldest
    if cases.total is None:
        return _few_cases(sum(number or 0 for number in cases.parts.values()), of_all=oldest is not None)
    if not cases.total:
        return str(_("No case waits for a decision."))
    if oldest is None:
        return str(ngettext(
            "%(number)s case waits for a decision.", "%(number)s cases wait for a decision.", cases.total,
            number=grouped(cases.total),
        ))  # fmt: skip
    return str(ngettext(
        "%(number)s case waits for a decision; the oldest was opened %(days)s ago.",
        "%(number)s cases wait for a decision; the oldest was opened %(days)s ago.",
        cases.total, number=grouped(cases.total), days=days(oldest),
    ))  # fmt: skip


def _few_cases(shown: int, *, of_all: bool) -> str:
    """Say what can be said where not every class is shown; of a part of the people they may be hidden for others."""
    if shown:
        return str(ngettext(
            "At least %(number)s case waits for a decision.", "At least %(number)s cases wait for a decision.", shown,
            number=grouped(shown),
        ))  # fmt: skip
    return str(_("A few cases wait for a decision.") if of_all else _("No or only a few cases wait for a decision."))


def _ending(temporary: Parts) -> str:
    soon = [number for key in _SOON if (number := temporary.parts[key]) is not None]
    if len(soon) < len(_SOON):
        return ""
    number = sum(soon)
    if not number:
        return str(_("No temporary account ends within a week."))
    return str(ngettext(
        "%(number)s temporary account ends within a week.", "%(number)s temporary accounts end within a week.", number,
        number=grouped(number),
    ))  # fmt: skip


def _mail(mail: Parts) -> str:
    failed, done = mail.parts["failed"], mail.parts["done"]
    if mail.total is None or failed is None or done is None:
        return ""
    left = mail.total - done
    if not left:
        return str(_("No mailbox waits for its move."))
    if not failed:
        return str(ngettext(
            "%(number)s mailbox has not been moved yet.", "%(number)s mailboxes have not been moved yet.", left,
            number=grouped(left),
        ))  # fmt: skip
    return str(ngettext(
        "%(number)s mailbox has not been moved yet; moves that did not succeed: %(failed)s.",
        "%(number)s mailboxes have not been moved yet; moves that did not succeed: %(failed)s.",
        left, number=grouped(left), failed=grouped(failed),
    ))  # fmt: skip
