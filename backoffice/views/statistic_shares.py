"""The parts of the statistics page that say how many of how many, and how it was the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backoffice.i18n import _
from backoffice.services import figures, targets
from backoffice.services.statistics import Report, Share
from backoffice.views import charts, statistic_words
from backoffice.views.statistic_tables import Cells, Part, if_any, joined, percent, shown


def coverage(report: Report) -> Part:
    """Give how many had their permanent account in time."""
    header = [_("Within"), _("Began so long ago"), _("Permanent account"), _("Share")]
    wanted = [report.targets.get(figures.covered(days)) for days in report.coverage]
    return _shares("coverage", header, report.coverage, wanted)


def reminders(report: Report) -> Part:
    """Give what reminders led to."""
    header = [_("Within"), _("First reminded so long ago"), _("Asked for the permanent one"), _("Share")]
    wanted = [report.targets.get(targets.led(days)) for days in report.reminders]
    return replace(_shares("reminders", header, report.reminders, wanted), note=joined(report, figures.REMINDERS))


def _shares(name: str, header: list[str], found: Mapping[int, Share], wanted: Sequence[int | None]) -> Part:
    """Give how many of how many within days, beside the targets where any is set."""
    titles, shares = [statistic_words.days(days) for days in found], list(found.values())
    rows = list(map(_row, titles, shares))
    if any(wanted):
        header = [*header, _("Target")]
        goals = [statistic_words.share(target, 100) if target else "" for target in wanted]
        rows = [[*row, goal] for row, goal in zip(rows, goals, strict=True)]
    texts = [percent(each) if each.shown else shown(None) for each in shares]
    chart = charts.lying_bars(titles, _percents(shares), texts, marks=wanted)
    return Part(name, header, rows, if_any([each.whole for each in shares], chart))


def _row(title: str, found: Share) -> Cells:
    return [title, *((found.whole, found.count) if found.shown else (None, None)), percent(found)]


def comparison(report: Report) -> Part:
    """Give the period beside the year before; without rows where there was nobody."""
    found = report.comparison
    if found is None or not (found.now.counts[figures.STARTED] or found.before.counts[figures.STARTED]):
        return Part("comparison", [_("Step"), _("Change")], [])
    titles = [_(title) for title in statistic_words.STEPS.values()]
    both = [(found.now.counts[step], found.before.counts[step]) for step in statistic_words.STEPS]
    rows: list[Cells] = [
        [title, now, before, statistic_words.change(now, before)]
        for title, (now, before) in zip(titles, both, strict=True)
    ]
    in_time = [percent(each) if each.shown else None for each in (found.now.covered, found.before.covered)]
    rows.append([_("Permanent account within 30 days"), *in_time, ""])
    names = [statistic_words.period(each, report.length) for each in (found.asked, found.asked_before)]
    series = {name: list(numbers) for name, numbers in zip(names, zip(*both, strict=True), strict=True)}
    header = [_("Step"), *names, _("Change")]
    return Part("comparison", header, rows, charts.lying_pairs(titles, series))


def _percents(shares: Sequence[Share]) -> list[float | None]:
    return [None if not each.shown else 100 * each.count / each.whole if each.whole else 0 for each in shares]
