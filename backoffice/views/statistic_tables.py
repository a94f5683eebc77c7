"""The parts of the statistics page: each a table, and most with its chart. What is hidden is a sign in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backoffice.i18n import N_, _
from backoffice.rules.jalali_months import MONTH, stretch_of
from backoffice.services import figures, figures_now
from backoffice.services.figures_now import Parts
from backoffice.services.statistics import Report, Share, Stretch
from backoffice.views import charts, mismatch_words, statistic_words
from backoffice.views.statistic_words import grouped

Cells = list[str | int | None]
HIDDEN = N_("hidden")
_LINES = (figures.STARTED, figures.TEMPORARY, figures.REQUESTED, figures.PERMANENT)
_MOST_TEXTS = 12


@dataclass(frozen=True)
class Part:
    """One table; the first cell of a row is its title. A cell: words, a number, None for what is hidden.

    ``chart``: Plotly's JSON, None where a chart would say nothing. ``note``: what has to be known to read it.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Cells]
    chart: dict[str, Any] | None = None
    note: str = ""

    @property
    def title(self) -> str:
        """The heading."""
        return str(_(statistic_words.TITLES[self.name]))

    @property
    def definition(self) -> str:
        """What exactly is counted."""
        return str(_(statistic_words.DEFINITIONS[self.name]))


def shown(cell: str | int | None) -> str:
    """Give a cell as the page shows it."""
    return str(_(HIDDEN) if cell is None else grouped(cell) if isinstance(cell, int) else cell)


def plain(cell: str | int | None) -> str:
    """Give a cell as files have it: numbers in digits that a spreadsheet understands."""
    return str(_(HIDDEN) if cell is None else str(cell))


def funnel(report: Report) -> Part:
    """Give how far those who began in the period have come."""
    header = [_("Step"), _("People"), _("Share"), _("Median time"), _("Nine of ten within")]
    rows = [[_(statistic_words.STEPS[step]), *_share(found)] for step, found in report.funnel.items()]
    counts = [each.count if each.shown else None for each in report.funnel.values()]
    texts = [_count_and_share(each) for each in report.funnel.values()]
    return Part("funnel", header, rows, if_any(counts, charts.lying_bars([str(row[0]) for row in rows], counts, texts)))


def _share(found: Share) -> Cells:
    words = statistic_words.span
    return [found.count if found.shown else None, percent(found), words(found.median), words(found.p90)]


def _count_and_share(found: Share) -> str:
    if not found.shown:
        return shown(None)
    return f"{grouped(found.count)} · {percent(found)}" if found.whole else ""


def percent(found: Share) -> str:
    """Give a share in percent."""
    return statistic_words.share(found.count, found.whole)


def months(report: Report) -> Part:
    """Give how far those of each stretch have come."""
    titles = [statistic_words.stretch(each.month, report.length) for each in report.stretches]
    header = [_(statistic_words.LENGTHS[report.length]), *(_(title) for title in statistic_words.STEPS.values())]
    rows = [
        [title, *_counts(each, statistic_words.STEPS)] for title, each in zip(titles, report.stretches, strict=True)
    ]
    series = {_(statistic_words.STEPS[step]): [each.counts[step] for each in report.stretches] for step in _LINES}
    together = [number for numbers in series.values() for number in numbers]
    return Part("months", header, rows[::-1], if_any(together, charts.lines(titles, series)))


def _counts(stretch: Stretch, steps: Mapping[str, str]) -> Cells:
    return [stretch.counts[step] for step in steps]


def causes(report: Report) -> Part:
    """Give why registrations were refused."""
    causes = sorted(report.causes.items(), key=lambda pair: -pair[1])
    rows: list[Cells] = [[mismatch_words.cause_title(cause), count] for cause, count in causes]
    part = _simple("causes", [_("Cause"), _("Cases")], rows)
    return replace(part, note=joined(report, figures.CAUSES))


def expired(report: Report) -> Part:
    """Give the accounts that ended without a request."""
    length = report.lengths[figures.ENDS]
    titles = [statistic_words.stretch(each.month, length) for each in report.expired]
    numbers = [each.counts[figures.EXPIRED] for each in report.expired]
    rows: list[Cells] = [[title, number] for title, number in zip(titles, numbers, strict=True)]
    texts = ["" if number is None or len(numbers) > _MOST_TEXTS else grouped(number) for number in numbers]
    chart = if_any(numbers, charts.standing_bars(titles, numbers, texts))
    header = [_("Month of the end") if length == MONTH else _(statistic_words.LENGTHS[length]), _("Accounts")]
    return Part("expired", header, rows[::-1], chart, joined(report, figures.ENDS))


def joined(report: Report, family: str) -> str:
    """Say which months are counted where single ones are too small."""
    length = report.lengths[family]
    if length == MONTH:
        return ""
    ends = (stretch_of(each, length) for each in (report.asked.first, report.asked.last))
    first, last = (statistic_words.stretch(each, length) for each in ends)
    if first == last:
        return str(_("Single months are too small to show: these are the counts of %(stretch)s.", stretch=first))
    return str(
        _("Single months are too small to show: these are the counts of %(first)s to %(last)s.", first=first, last=last)
    )


def of_parts(name: str, title: str, counted: str, parts: Parts, titles: Mapping[str, str]) -> Part:
    """Give a table of classes with their whole."""
    rows: list[Cells] = [[titles[key], number] for key, number in parts.parts.items()]
    part = _simple(name, [title, counted], rows)
    return replace(part, rows=[*rows, [_("Together"), parts.total]])


def history(found: Sequence[tuple[str, Mapping[str, int | None]]]) -> Part:
    """Give what was counted on days."""
    header = [_("Day"), *(_(title) for title in statistic_words.HISTORY.values())]
    rows: list[Cells] = [[day, *(counts.get(name) for name in statistic_words.HISTORY)] for day, counts in found]
    series = {_(title): [counts.get(name) for _day, counts in found] for name, title in statistic_words.HISTORY.items()}
    chart = charts.lines([day for day, _counts in found], series) if len(found) > 1 else None
    return Part("history", header, rows[::-1], chart)


def freshness(found: Sequence[figures_now.Freshness], ages: Sequence[int | None]) -> Part:
    """Give the age of each source's file."""
    rows: list[Cells] = [
        [source.title or source.source, _("no file yet") if age is None else statistic_words.days(age)]
        for source, age in zip(found, ages, strict=True)
    ]
    return Part("freshness", [_("Source"), _("Age of the file")], rows)


def _simple(name: str, header: Sequence[str], rows: list[Cells]) -> Part:
    numbers = [row[1] if isinstance(row[1], int) else None for row in rows]
    chart = charts.lying_bars([str(row[0]) for row in rows], numbers, [shown(row[1]) for row in rows])
    return Part(name, header, rows, if_any(numbers, chart))


def if_any(numbers: Sequence[float | None], chart: dict[str, Any]) -> dict[str, Any] | None:
    """Give the chart where it has something to show."""
    return chart if any(numbers) else None
