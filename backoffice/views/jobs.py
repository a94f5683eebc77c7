"""The jobs: how each went, when it is next, and asking the worker for one now."""

from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import JobRun
from backoffice.models.job import ABANDONED, DONE, FAILED, RUNNING
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import jobs, readiness
from backoffice.services.job_kinds import SCHEDULE
from backoffice.services.jobs import JobView
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.sentences import sentence

_SEE_OTHER = 303
STATUSES = {
    DONE: ("success", N_("Done")), FAILED: ("danger", N_("Failed")), RUNNING: ("info", N_("Running")),
    ABANDONED: ("warning", N_("Cut off")),
}  # fmt: skip
_ASKED = N_("The job was requested; it starts as soon as the worker is free.")


class JobsView(DeskView):
    """Scheduled jobs."""

    permission = Permission.SEE_JOBS
    extra_css: ClassVar = ["/static/reconciliation.css"]
    extra_js: ClassVar = ["/static/wait.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the jobs."""
        views = jobs.overview()
        down = readiness.WORKER in readiness.what_is_down(settings_of(current_app))
        return self._page("admin/jobs.html", views=views, state=_state(views), worker_is_down=down)

    @expose("/state")
    def state(self) -> ResponseReturnValue:
        """Say in a word how far all jobs are; a page that waits asks this again and again."""
        return {"state": _state(jobs.overview())}

    @expose("/<job_name>/")
    def job(self, job_name: str) -> ResponseReturnValue:
        """Show the last runs of one job."""
        views = jobs.overview()
        view, rows = _the_job(views, job_name), jobs.recent_runs(job_name)
        return self._page("admin/job.html", view=view, rows=rows, state=_state(views))

    @expose("/<job_name>/run", methods=("POST",))
    @post_permission(Permission.RUN_JOB)
    def run(self, job_name: str) -> ResponseReturnValue:
        """Ask the worker to run a job now, for real or dry."""
        _the_job(jobs.overview(), job_name)
        try:
            jobs.request(job_name, actor=the_actor().username, dry_run=bool(request.form.get("dry_run")))
            flash(_(_ASKED), "success")
        except RefusedError as fault:
            flash(sentence({"message": fault.message, "params": fault.values}), "error")
        return redirect(url_for(".index"), _SEE_OTHER)

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, statuses=STATUSES, counted=counted, detail=detail, took=took, schedule=SCHEDULE,
                may_run=allowed(Permission.RUN_JOB), now=clock.now(), **values,
            )
        )  # fmt: skip


def counted(view: JobView, run: JobRun) -> list[tuple[str, Any]]:
    """Give what a run counted, as (words, number); the key itself where the job has no words for it."""
    return [(_(view.words[key]) if key in view.words else key, number) for key, number in run.counts.items()]


def detail(run: JobRun) -> str:
    """Give what a run said of itself, in the language of the page."""
    return sentence({"message": run.detail, "params": run.detail_values}) if run.detail else ""


def took(run: JobRun) -> float | None:
    """Give the seconds a run took, None while it runs."""
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else None


def _the_job(views: list[JobView], name: str) -> JobView:
    return next((view for view in views if view.name == name), None) or abort(404)


def _state(views: list[JobView]) -> str:
    """Change with every request, start and end of a job; "idle" in front where none is asked for or running."""
    busy = any(view.requested or (view.last and view.last.status == RUNNING) for view in views)
    seen = [f"{view.last.id}{view.last.status[0]}" if view.last else "0" for view in views]
    return f"{'busy' if busy else 'idle'}:{'.'.join(seen)}:{sum(view.requested for view in views)}"
