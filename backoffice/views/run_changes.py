"""A plan becomes changes: apply, how far it is, how each row ended, undo, the inverse as LDIF."""

from typing import ClassVar

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Run
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import apply, run_results
from backoffice.services.inverse_ldif import inverse_ldif
from backoffice.services.run_changes import Changes, changes_of
from backoffice.views import change_words, finding_words, labels
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import page_size, refusal, source_title, the_run
from backoffice.views.sentences import number

_SEE_OTHER = 303
_MOST_ROWS = 2**31 - 1
APPLIED = N_("%(count)s changes were put into the queue.")
NOTHING_NOW = N_("There is nothing that may be applied now.")
UNDONE = N_("%(count)s changes are being taken back.")
NOTHING_TICKED = N_("Tick the rows first.")


class RunChangesView(DeskView):
    """The changes of one run. What a run may change stands on the page of the run itself."""

    menu_parent = "reconciliation"
    permission = Permission.SEE_RUNS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/changes.css"]
    extra_js: ClassVar = ["/static/wait.js"]

    def is_visible(self) -> bool:
        """Leave the pages out of the menu: they are reached from the runs."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Lead to the runs."""
        return redirect(url_for("reconciliation.index"), _SEE_OTHER)

    @expose("/<run_id>/state")
    def state(self, run_id: str) -> ResponseReturnValue:
        """Say how far the changes are; a page that waits asks this again and again."""
        found = run_results.how_far(the_run(run_id).id)
        return {
            "state": found.state,
            "done": found.finished,
            "total": found.begun,
            "words": change_words.how_far(found),
        }

    @expose("/<run_id>/apply", methods=("POST",))
    @post_permission(Permission.APPLY_RUN)
    def apply(self, run_id: str) -> ResponseReturnValue:
        """Put everything into the queue that may be made."""
        run = the_run(run_id)
        require_fresh()
        try:
            count = apply.apply(run.id, actor=the_actor().username, settings=settings_of(current_app))
            flash(_(APPLIED, count=number(count)) if count else _(NOTHING_NOW), "success" if count else "warning")
        except RefusedError as fault:
            flash(refusal(fault), "error")
        return redirect(url_for("reconciliation.run", run_id=run.id), _SEE_OTHER)

    @expose("/<run_id>/undo", methods=("POST",))
    @post_permission(Permission.APPLY_RUN)
    def undo(self, run_id: str) -> ResponseReturnValue:
        """Take back what the run changed: the ticked rows, or everything."""
        run, rows = the_run(run_id), None
        require_fresh()
        if request.form.get("scope") != "all":
            rows = {row for text in request.form.getlist("rowid") if (row := whole_number(text, 1, _MOST_ROWS))}
            if not rows:
                flash(_(NOTHING_TICKED), "error")
                return redirect(url_for(".results", run_id=run.id), _SEE_OTHER)
        try:
            count = apply.undo(run.id, actor=the_actor().username, settings=settings_of(current_app), rows=rows)
            flash(_(UNDONE, count=number(count)), "success")
        except RefusedError as fault:
            flash(refusal(fault), "error")
        return redirect(url_for("reconciliation.run", run_id=run.id), _SEE_OTHER)

    @expose("/<run_id>/inverse", methods=("POST",))
    @post_permission(Permission.EXPORT)
    def inverse(self, run_id: str) -> ResponseReturnValue:
        """Give the inverse of what still stands as a file; an audited act."""
        run = the_run(run_id)
        require_fresh()
        try:
            text = inverse_ldif(run.id, actor=the_actor().username)
        except RefusedError as fault:
            flash(refusal(fault), "error")
            return redirect(url_for("reconciliation.run", run_id=run.id), _SEE_OTHER)
        named = {"Content-Disposition": f'attachment; filename="undo-run-{run.id}.ldif"'}
        return Response(text, mimetype="text/plain", headers=named)

    @expose("/<run_id>/results/")
    def results(self, run_id: str) -> ResponseReturnValue:
        """List how the rows ended."""
        run = the_run(run_id)
        outcome = choice(request.args.get("outcome"), run_results.OUTCOMES) or ""
        kind = choice(request.args.get("kind"), tuple(labels.KINDS)) or ""
        page = run_results.page_of(
            run.id, clamped(request.args.get("page"), 0, LAST_PAGE), page_size(), outcome=outcome, kind=kind
        )
        return str(
            self.render(
                "admin/run_results.html", run=run, page=page, outcome=outcome, kind=kind, labels=labels,
                changes=current_changes(run), words=finding_words, change_words=change_words, page_sizes=PAGE_SIZES,
                source_title=source_title, may_apply=allowed(Permission.APPLY_RUN),
            )
        )  # fmt: skip


def current_changes(run: Run) -> Changes:
    """Give what a run may change and has changed."""
    return changes_of(run, settings_of(current_app))
