"""What the weekly mail shows: the sentences and tables of the statistics page, as of now, for everybody."""

from typing import Any

from flask import current_app, g

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.rules.deadlines import day_of
from backoffice.rules.jalali import shown
from backoffice.rules.jalali_months import YEAR, month_of
from backoffice.services import figure_store, figures_now, statistics
from backoffice.services.statistics import Asked
from backoffice.views import statistic_parts, statistic_sentences, statistic_tables, statistic_words
from backoffice.views.statistic_tables import Part

_PARTS = ("targets", "funnel", "months", "causes", "cases", "temporary", "mail")
_NOTHING = "—"


def make(language: str) -> dict[str, Any]:
    """Give what the templates of the mail need, in a language."""
    # Words of pages are in the language of a request, and the job has none.
    with current_app.test_request_context("/", query_string={"lang": language}):
        g.language = language
        try:
            return _made()
        finally:
            del g.language


def _made() -> dict[str, Any]:
    settings = settings_of(current_app)
    source, last = figure_store.source(settings.timezone), month_of(clock.now(), settings.timezone)
    asked = Asked(max(statistics.first_month(source, last), last - YEAR + 1), last)
    report, now = statistics.report(asked, source), figures_now.look(source)
    parts = {part.name: part for part in statistic_parts.every(report, now, settings)}
    months = [statistic_words.stretch(month, 1) for month in dict.fromkeys((asked.first, asked.last))]
    return {
        "sentences": statistic_sentences.sentences(report, now), "period": " – ".join(months),
        "as_of": shown(day_of(report.as_of, settings.timezone), g.language),
        "parts": [_part(parts[name]) for name in _PARTS if name in parts and parts[name].rows],
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    rows = [[statistic_tables.shown(cell) or _NOTHING for cell in row] for row in part.rows]
    return {
        "name": part.name, "title": part.title, "header": [str(title) for title in part.header], "rows": rows,
        "bars": _bars(part),
    }  # fmt: skip


def _bars(part: Part) -> dict[str, Any] | None:
    """Give what the chart shows where its bars lie."""
    trace = part.chart["data"][0] if part.chart else {}
    if part.chart is None or trace.get("orientation") != "h":
        return None
    labels = [name.replace("<br>", " ") for name in part.chart["layout"]["yaxis"]["ticktext"]]
    hidden = statistic_tables.shown(None)
    texts = [hidden if number is None else text for number, text in zip(trace["x"], trace["text"], strict=True)]
    return {"labels": labels, "numbers": trace["x"], "texts": texts}
