"""Exceptions against HR's word: which stand, making one, ending one, and the correction file for HR."""

from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Override
from backoffice.rules import overrides as rules
from backoffice.rules.errors import FormError, RefusedError
from backoffice.rules.permissions import Permission, Role, may_use_source
from backoffice.services import cases, correction_lines, correction_requests, override_subjects, overrides, people, runs
from backoffice.services.override_subjects import Subject
from backoffice.views import labels, masking, override_words
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, page_size, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTEXT = ("case", "run", "row", "person")
TYPED = ("kind", "field", "value", "reason", "days")
# Identities are accepted where a registration is decided.
OFFERED = (rules.ENTITLED, rules.NOT_ENTITLED, rules.ATTRIBUTE)
MADE = N_("The exception stands from now on; the next run respects it.")
ENDED = N_("The exception has ended; HR's word counts again.")


class OverridesView(DeskView):
    """Exceptions."""

    permission = Permission.SEE_OVERRIDES
    extra_css: ClassVar[Any] = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the exceptions that stand, or those that ended."""
        which = choice(request.args.get("state"), (overrides.ENDED,)) or overrides.LIVE
        page = overrides.page(which, clamped(request.args.get("page"), 0, LAST_PAGE), page_size(), _own_sources())
        kept = {"state": which} if which == overrides.ENDED else {}
        waiting = correction_lines.count_waiting(_sources())
        return self._page(
            "admin/overrides.html",
            page=page,
            which=which,
            kept=kept,
            sources=_sources(),
            waiting_cases=waiting,
            waiting_requests=correction_requests.count_waiting(_sources()),
        )

    @expose("/new")
    def form(self) -> ResponseReturnValue:
        """Show the form, about the person of a case, a finding or the register if the address names one."""
        if not allowed(Permission.OVERRIDE):
            abort(403)
        return self._form(_subject(request.args), {})

    @expose("/new", methods=("POST",))
    @post_permission(Permission.OVERRIDE)
    def make(self) -> ResponseReturnValue:
        """Make an exception."""
        given, actor = _subject(request.form), the_actor().username
        typed = {name: request.form.get(name, "")[:REASON_LENGTH] for name in TYPED}
        try:
            subject = given or override_subjects.of_code(
                request.form.get("national_code", ""), choice(request.form.get("source"), tuple(_sources())) or ""
            )
            if typed["kind"] not in OFFERED:
                typed["kind"] = ""
            row = overrides.make(subject, typed, actor=actor, settings=settings_of(current_app))
        except FormError as fault:
            faults = {name: _(message, **values) for name, (message, values) in fault.faults.items()}
            return self._form(given, faults), _UNPROCESSABLE
        flash(_(MADE), "success")
        return redirect(url_for(".show", number=row.id), _SEE_OTHER)

    @expose("/<number>/")
    def show(self, number: str) -> ResponseReturnValue:
        """Show one exception."""
        return self._one(_the_override(number))

    @expose("/<number>/end", methods=("POST",))
    @post_permission(Permission.OVERRIDE)
    def end(self, number: str) -> ResponseReturnValue:
        """Take an exception back."""
        row, reason = _the_override(number), request.form.get("reason", "")[:REASON_LENGTH]
        try:
            overrides.end(row.id, reason=reason, actor=the_actor().username)
        except RefusedError as fault:
            return self._one(row, {"reason": refusal(fault)}), _UNPROCESSABLE
        flash(_(ENDED), "success")
        return redirect(url_for(".show", number=row.id), _SEE_OTHER)

    @expose("/corrections", methods=("POST",))
    @post_permission(Permission.TAKE_CORRECTIONS)
    def corrections(self) -> ResponseReturnValue:
        """Give the correction file of a source; an audited act."""
        from backoffice.services import corrections  # noqa: PLC0415 - brings pandas and openpyxl

        source, actor = request.form.get("source", ""), the_actor()
        if source not in _sources():
            abort(404)
        require_fresh()
        try:
            content = corrections.correction_file(source, actor=actor.username, settings=settings_of(current_app))
        except RefusedError as fault:
            flash(refusal(fault), "error")
            return redirect(url_for(".index"), _SEE_OTHER)
        named = {"Content-Disposition": f'attachment; filename="corrections-{source}.xlsx"'}
        return Response(content, mimetype=_XLSX, headers=named)

    def _form(self, subject: Subject | None, faults: dict[str, str]) -> str:
        given = request.form if request.method == "POST" else request.args
        context = {name: given.get(name, "") for name in _CONTEXT if subject and given.get(name)}
        return self._page(
            "admin/override_new.html", subject=subject, faults=faults, context=context, kinds=OFFERED,
            rule_fields=rules.FIELDS, longest=rules.LONGEST_DAYS, sources=_sources(),
        )  # fmt: skip

    def _one(self, row: Override, faults: dict[str, str] | None = None) -> str:
        return self._page("admin/override.html", row=row, faults=faults or {})

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, may_override=allowed(Permission.OVERRIDE), may_take=allowed(Permission.TAKE_CORRECTIONS),
                source_title=source_title, masking=masking, labels=labels, words=override_words,
                page_sizes=PAGE_SIZES, is_live=overrides.is_live, **values,
            )
        )  # fmt: skip


def _sources() -> list[str]:
    actor = the_actor()
    names = (source.name for source in settings_of(current_app).hr.sources)
    return [name for name in names if may_use_source(actor.role, actor.sources, name)]


def _own_sources() -> tuple[str, ...] | None:
    actor = the_actor()
    return actor.sources if actor.role == Role.HR_LIAISON else None


def _the_override(number: str) -> Override:
    """Give the exception of the address; 404 for none and for one of another liaison's source."""
    wanted, own = whole_number(number, 1, BIGGEST_ID), _own_sources()
    row = overrides.find(wanted) if wanted else None
    if row is None or (own is not None and row.source not in own):
        abort(404)
    return row


def _subject(given: Any) -> Subject | None:
    """Give the person the address or form points to, None where it points to nobody; 404 for what is not there."""
    numbers = {name: whole_number(given.get(name), 1, BIGGEST_ID) for name in _CONTEXT if given.get(name)}
    if not numbers:
        return None
    return _found(numbers) or abort(404)


def _found(numbers: dict[str, int | None]) -> Subject | None:
    if case_id := numbers.get("case"):
        case = cases.find(case_id)
        return override_subjects.of_case(case) if case else None
    if person_id := numbers.get("person"):
        person = people.find(person_id)
        return override_subjects.of_person(person) if person else None
    run, row = numbers.get("run"), numbers.get("row")
    finding = runs.find_finding(run, row) if run and row else None
    return override_subjects.of_finding(finding) if finding else None
