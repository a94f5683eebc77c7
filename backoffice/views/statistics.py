"""Statistics for managers: counts of a period and a group, never a person. Source: mission S50; interface.md."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _, current_language
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.rules.jalali_months import month_of
from backoffice.rules.permissions import Permission
from backoffice.services import figure_store, figures, figures_now, statistics, targets
from backoffice.services.figure_store import Source
from backoffice.services.statistics import Asked
from backoffice.views import (
    statistic_parts,
    statistic_sentences,
    statistic_tables,
    statistic_targets,
    statistic_words,
)
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.formats import digits
from backoffice.views.parameters import choice, clamped
from backoffice.views.runs import refusal

_USUAL_MONTHS = 12
_SEE_OTHER, _UNPROCESSABLE = 303, 422
KEPT = N_("The targets are kept.")


class StatisticsView(DeskView):
    """The one page of managers."""

    permission = Permission.SEE_STATISTICS
    extra_css: ClassVar = ["/static/statistics.css"]
    extra_js: ClassVar = ["/static/vendor/plotly.js", "/static/statistics.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show everything of the period and group."""
        return self._page()

    @expose("/targets", methods=("POST",))
    @post_permission(Permission.SET_TARGETS)
    def targets(self) -> ResponseReturnValue:
        """Set what is wanted; an empty field takes a target away."""
        try:
            targets.put(request.form.to_dict(flat=False), actor=the_actor().username)
        except InvalidFieldsError as fault:
            return self._page({name: refusal(why) for name, why in fault.faults.items()}), _UNPROCESSABLE
        flash(_(KEPT), "success")
        return redirect(url_for(".index", **_kept()), _SEE_OTHER)

    def _page(self, faults: dict[str, str] | None = None) -> str:
        source = figure_store.source(_zone())
        groups = statistics.groups(source)
        asked, kept = _asked(source, groups), _kept()
        report = statistics.report(asked, source)
        now = figures_now.look(source, asked.dimension, asked.value)
        return str(
            self.render(
                "admin/statistics.html", report=report, asked=asked, groups=_titled(groups), kept=kept,
                months=_months(source), parts=statistic_parts.every(report, now, settings_of(current_app)),
                words=statistic_words, shown=statistic_tables.shown,
                sentences=statistic_sentences.sentences(report, now), faults=faults or {},
                may_set=allowed(Permission.SET_TARGETS), targets=_fields(report.targets),
            )
        )  # fmt: skip

    @expose("/table/<part_name>.<form>")
    def table(self, part_name: str, form: str) -> ResponseReturnValue:
        """Give one table as a file."""
        # Excel files need a library that the desk starts without.
        from backoffice.services import table_files  # noqa: PLC0415

        source = figure_store.source(_zone())
        asked = _asked(source, statistics.groups(source))
        report, now = statistics.report(asked, source), figures_now.look(source, asked.dimension, asked.value)
        parts = {part.name: part for part in statistic_parts.every(report, now, settings_of(current_app))}
        if form not in table_files.KINDS or part_name not in parts:
            abort(404)
        part, is_rtl = parts[part_name], current_language() == "fa"
        rows = [[statistic_tables.plain(cell) for cell in row] for row in part.rows]
        content = table_files.content(part.title, part.header, rows, form, rtl=is_rtl)
        named = {"Content-Disposition": f'attachment; filename="statistics-{part_name}.{form}"'}
        return Response(content, mimetype=table_files.KINDS[form], headers=named)


def _zone() -> str:
    return settings_of(current_app).timezone


def _months(source: Source) -> list[int]:
    """Give the months that can be chosen, the newest first."""
    last = month_of(clock.now(), _zone())
    return list(range(last, statistics.first_month(source, last) - 1, -1))


def _asked(source: Source, groups: Sequence[tuple[str, str]]) -> Asked:
    """Read period and group from the address; what is not there is the last year, and everybody."""
    months = _months(source)
    newest, oldest = months[0], months[-1]
    last = clamped(request.args.get("to"), oldest, newest) if request.args.get("to") else newest
    usual = max(oldest, last - _USUAL_MONTHS + 1)
    first = clamped(request.args.get("from"), oldest, last) if request.args.get("from") else usual
    known = {f"{dimension}:{value}": (dimension, value) for dimension, value in groups}
    group = choice(request.args.get("group"), tuple(known))
    dimension, value = known[group] if group else (figures.ALL, "")
    return Asked(min(first, last), last, dimension, value)


def _titled(groups: Sequence[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Give dimension -> (value for the address, title)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for dimension, value in groups:
        found.setdefault(dimension, []).append((f"{dimension}:{value}", statistic_words.value(dimension, value)))
    return found


def _fields(in_force: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Give name, title and what stands in the field of each target; what was typed stays until it is right."""
    return [
        (name, title, request.form.get(name, digits(in_force.get(name, ""))))
        for name, title in statistic_targets.titles().items()
    ]


def _kept() -> dict[str, Any]:
    """Give what the address of a file has to carry."""
    return {name: request.args[name] for name in ("from", "to", "group") if request.args.get(name)}
