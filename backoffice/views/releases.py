"""Held rows of the newest plan: what is held and why, and the release by one person or two."""

from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.i18n import N_, _
from backoffice.models import Run
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, Role
from backoffice.rules.releases import TWO_PEOPLE
from backoffice.services import release_groups, runs
from backoffice.services.release import CHOOSE_ONE, Released, release
from backoffice.views import finding_words, labels, run_words
from backoffice.views.access import post_permission, require_fresh, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, page_size, refusal, source_title, the_run
from backoffice.views.sentences import number

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_MOST_ROWS = 2**31 - 1
RELEASED = N_("%(count)s rows are released; they can be applied for 24 hours.")
WAITING = N_("%(count)s rows wait for a second person now.")


class ReleasesView(DeskView):
    """Held changes."""

    permission = Permission.SEE_RELEASES
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/changes.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show what the newest plan holds."""
        return self._index(runs.newest_planned())

    @expose("/<run_id>/")
    def rows(self, run_id: str) -> ResponseReturnValue:
        """List the held rows of a kind and source."""
        return self._rows(the_visible_run(run_id))

    @expose("/<run_id>/release", methods=("POST",))
    @post_permission(Permission.RELEASE_ROWS)
    def release(self, run_id: str) -> ResponseReturnValue:
        """Release the ticked rows, a kind of a source, or everything."""
        run = the_visible_run(run_id)
        require_fresh()
        try:
            found = release(
                run.id, actor=the_actor().username, reason=request.form.get("reason", "")[:REASON_LENGTH], **chosen()
            )
        except RefusedError as fault:
            page = self._rows if request.args.get("kind") else self._index
            return page(run, refusal(fault)), _UNPROCESSABLE
        say(found)
        return redirect(url_for(".index"), _SEE_OTHER)

    def _index(self, run: Run | None, fault: str = "") -> str:
        groups = release_groups.groups(run, the_actor().username) if run else []
        return self._page("admin/releases.html", run=run, groups=groups, fault=fault)

    def _rows(self, run: Run, fault: str = "") -> str:
        kind, source = request.values.get("kind", ""), request.values.get("source", "")
        groups = release_groups.groups(run, the_actor().username)
        group = next((g for g in groups if (g.kind, g.source) == (kind, source)), None) or abort(404)
        wanted = clamped(request.args.get("page"), 0, LAST_PAGE)
        page = release_groups.page_of(run, the_actor().username, (kind, source), wanted, page_size())
        return self._page("admin/release_rows.html", run=run, group=group, page=page, fault=fault)

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, labels=labels, words=finding_words, run_words=run_words, source_title=source_title,
                two_people=TWO_PEOPLE, page_sizes=PAGE_SIZES,
                is_fresh=the_actor().is_fresh, sees_runs=the_actor().role != Role.HR_LIAISON,
                reason=request.form.get("reason", "")[:REASON_LENGTH], **values,
            )
        )  # fmt: skip


def the_visible_run(run_id: str) -> Run:
    """Give the run of an address; 404 where the person may know of no held row in it."""
    run = the_run(run_id)
    return run if release_groups.groups(run, the_actor().username) else abort(404)


def chosen() -> dict[str, Any]:
    """Read what is to be released. Raises RefusedError where nothing was chosen."""
    form, scope = request.form, request.form.get("scope", "")
    if scope == "all":
        return {"everything": True}
    if scope == "kind":
        return {"kind": form.get("kind", ""), "source": form.get("source", "")}
    rows = {row for text in form.getlist("rowid") if (row := whole_number(text, 1, _MOST_ROWS))}
    if scope != "rows" or not rows:
        raise RefusedError(CHOOSE_ONE)
    return {"rows": rows}


def say(found: Released) -> None:
    """Tell what came of a release."""
    if found.done:
        flash(_(RELEASED, count=number(len(found.done))), "success")
    if found.waiting:
        flash(_(WAITING, count=number(len(found.waiting))), "info")
