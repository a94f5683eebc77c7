"""Reconciliation: the runs, one run, its findings, one finding."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import _
from backoffice.models import Finding, Run
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.rules.urgency import Urgency, rank_of, urgency_of
from backoffice.services import jobs, runs
from backoffice.services.run_changes import changes_of
from backoffice.services.runs import Wanted
from backoffice.views import change_words, comparison, finding_words, labels, masking, run_words
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES, TEXT_LENGTH
from backoffice.views.parameters import clamped, whole_number
from backoffice.views.sentences import sentence

_SEE_OTHER = 303
_HELD = ("yes", "no")
REASON_LENGTH = 500


class RunsView(DeskView):
    """Reconciliation."""

    permission = Permission.SEE_RUNS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/changes.css"]
    extra_js: ClassVar = ["/static/wait.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the runs, the newest first."""
        size, total = page_size(), runs.count()
        number = min(clamped(request.args.get("page"), 0, LAST_PAGE), max(0, (total - 1) // size))
        return self._page(
            "admin/runs.html", rows=runs.newest(size, number * size), total=total, page=number, size=size,
            progress=runs.progress(), may_start=allowed(Permission.START_RUN),
        )  # fmt: skip

    @expose("/start", methods=("POST",))
    @post_permission(Permission.START_RUN)
    def start(self) -> ResponseReturnValue:
        """Ask the worker for a run."""
        try:
            jobs.request(runs.JOB, actor=the_actor().username)
            flash(_("A run was requested; it starts as soon as the worker is free."), "success")
        except RefusedError as fault:
            flash(refusal(fault), "error")
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/state")
    def state(self) -> ResponseReturnValue:
        """Say in a word how far things are; a page that waits asks this again and again."""
        return {"state": runs.progress()}

    @expose("/<run_id>/")
    def run(self, run_id: str) -> ResponseReturnValue:
        """Show one run: what came out, what is held, from what it was made."""
        return self._run_page(the_run(run_id))

    def _run_page(self, found: Run, error: str = "") -> str:
        listed = runs.listed_by_situation(found.id)
        situations = sorted(found.situations.items(), key=lambda item: rank_of(item[0]))
        return self._page(
            "admin/run.html", run=found, listed=listed, situations=situations, snapshots=runs.snapshots_of(found),
            urgent=[(code, runs.examples(found.id, code)) for code in _severe(listed)],
            progress=runs.progress(), may_start=allowed(Permission.START_RUN), error=error,
            changes=changes_of(found, settings_of(current_app)), change_words=change_words,
        )  # fmt: skip

    @expose("/<run_id>/accept-directory", methods=("POST",))
    @post_permission(Permission.START_RUN)
    def accept_directory(self, run_id: str) -> ResponseReturnValue:
        """Say that a directory that shrank is right; the next run goes on with it."""
        from backoffice.services import reconciliation  # noqa: PLC0415 - brings pandas, which no other page needs

        found = the_run(run_id)
        require_fresh()
        reason = request.form.get("reason", "")[:REASON_LENGTH]
        try:
            reconciliation.accept_directory(found.id, actor=the_actor().username, reason=reason)
        except RefusedError as fault:
            return self._run_page(found, refusal(fault)), 422
        flash(_("The next run takes this size of the directory as right."), "success")
        return redirect(url_for(".run", run_id=run_id), _SEE_OTHER)

    @expose("/<run_id>/findings/")
    def findings(self, run_id: str) -> ResponseReturnValue:
        """List the findings of a run that answer the filter."""
        found, wanted = the_run(run_id), wanted_findings()
        listed = runs.listed_by_situation(found.id)
        number = clamped(request.args.get("page"), 0, LAST_PAGE)
        return self._page(
            "admin/findings.html", run=found, wanted=wanted, kept=kept(wanted),
            page=runs.page_of_findings(found.id, wanted, number, page_size()),
            situations=sorted(listed.items(), key=lambda item: rank_of(item[0])),
            sources=sorted(found.snapshots),
        )  # fmt: skip

    @expose("/<run_id>/findings/<row>/")
    def finding(self, run_id: str, row: str) -> ResponseReturnValue:
        """Show one finding: both sides, what is planned, and why we think so."""
        found = the_run(run_id)
        finding, wanted = the_finding(found.id, row), wanted_findings()
        shown = masking.is_shown(subject_of(finding))
        before, after = runs.neighbours(finding, wanted)
        actions = [
            (action, comparison.changes(action.old, action.new, shown=shown)) for action in runs.actions_of(finding)
        ]
        return self._page(
            "admin/finding.html", run=found, finding=finding, kept=kept(wanted), before=before, after=after,
            shown=shown, table=comparison.compare(finding, shown=shown), actions=actions,
            holds={(hold["source"], hold["kind"]): hold for hold in found.held}, person_id=runs.person_of(finding),
        )  # fmt: skip

    @expose("/<run_id>/findings/<row>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, run_id: str, row: str) -> ResponseReturnValue:
        """Show the codes of a finding for some minutes; an audited act."""
        finding = the_finding(the_run(run_id).id, row)
        masking.unmask(subject_of(finding))
        return redirect(url_for(".finding", run_id=run_id, row=row, **kept(wanted_findings())), _SEE_OTHER)

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, labels=labels, words=finding_words, run_words=run_words, masking=masking,
                source_title=source_title, may_unmask=allowed(Permission.UNMASK), page_sizes=PAGE_SIZES, **values,
            )
        )  # fmt: skip


def _severe(listed: Mapping[str, int]) -> list[str]:
    return sorted((code for code in listed if urgency_of(code) == Urgency.SEVERE), key=rank_of)


def refusal(fault: RefusedError) -> str:
    """Give the sentence of a refusal in the language of the page."""
    return sentence({"message": fault.message, "params": fault.values})


def the_run(run_id: str) -> Run:
    """Give the run of an address; 404 for anything else."""
    number = whole_number(run_id, 1, BIGGEST_ID)
    found = runs.find(number) if number else None
    return found or abort(404)


def the_finding(run_id: int, row: str) -> Finding:
    """Give the finding of an address; 404 for anything else."""
    number = whole_number(row, 1, 2**31 - 1)
    found = runs.find_finding(run_id, number) if number else None
    return found or abort(404)


def subject_of(finding: Finding) -> str:
    """Name a finding for the audit trail."""
    return f"finding:{finding.run_id}/{finding.row}"


def wanted_findings() -> Wanted:
    """Read the filter of the address; what is no known choice is left out, and said."""
    choices: dict[str, Any] = {
        "situation": labels.SITUATIONS, "source": {source.name for source in settings_of(current_app).hr.sources},
        "note": labels.NOTES, "action": labels.KINDS, "held": _HELD,
    }  # fmt: skip
    asked = {name: request.args.get(name, "") for name in choices}
    known = {name: value for name, value in asked.items() if value in choices[name]}
    if any(value and name not in known for name, value in asked.items()):
        flash(_("That filter was not understood."), "error")
    return Wanted(**known, text=request.args.get("text", "")[:TEXT_LENGTH])


def kept(wanted: Wanted) -> dict[str, Any]:
    """Give the parameters of an address that keep the filter."""
    return {name: value for name, value in vars(wanted).items() if value}


def page_size() -> int:
    """Give the rows a page of the address, one of those offered."""
    asked = clamped(request.args.get("page_size"), 0, PAGE_SIZES[-1])
    return asked if asked in PAGE_SIZES else PAGE_SIZES[0]


def source_title(name: str | None) -> str:
    """Give the title of a source as the settings have it."""
    titles = {source.name: source.title for source in settings_of(current_app).hr.sources}
    return titles.get(name or "") or name or ""
