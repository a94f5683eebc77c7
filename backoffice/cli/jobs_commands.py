"""``flask jobs``."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, operator, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.models import JobRun
from backoffice.models.job import DONE
from backoffice.services import jobs
from backoffice.services.jobs import JobView

group = AppGroup("jobs", help="What runs by itself, and when.")


@group.command("list")
@json_option
@refusals_are_sentences
def list_jobs(*, as_json: bool) -> None:
    """List the jobs: how the last run went and when the next one is due."""
    views = jobs.overview()
    emit({"jobs": [_document(view) for view in views]}, [_line(view) for view in views], as_json=as_json)


@group.command("run")
@click.argument("name", type=click.Choice(jobs.NAMES), metavar="NAME")
@click.option("--dry-run", is_flag=True, help="Only count what would be done.")
@json_option
@refusals_are_sentences
def run_job(*, name: str, dry_run: bool, as_json: bool) -> None:
    """Run the job NAME now, in this process, to its end."""
    run = jobs.run_now(name, actor=operator(), settings=settings_of(current_app), dry_run=dry_run)
    said = [_detail(run)] if run.status == DONE and run.detail else []
    emit({"job": name, **_run_document(run)}, [_outcome(run), *said], as_json=as_json)
    if run.status != DONE:
        refuse(_detail(run))


@group.command("start")
@refusals_are_sentences
def start() -> None:
    """Be the long-running worker; one is active, others stand by. Ends with Ctrl-C."""
    jobs.start_worker()


def _document(view: JobView) -> dict[str, Any]:
    last = _run_document(view.last) if view.last else None
    asked = {"requested": view.requested, "requested_by": view.requested_by}
    return {"name": view.name, "due_at": view.due_at.isoformat(), **asked, "last": last}


def _run_document(run: JobRun) -> dict[str, Any]:
    return {
        "run": run.id,
        "status": run.status,
        "dry_run": run.dry_run,
        "started_by": run.started_by,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "counts": run.counts,
        "detail": _detail(run),
    }


def _detail(run: JobRun) -> str:
    return run.detail % run.detail_values if run.detail_values else run.detail


def _line(view: JobView) -> str:
    last = f"{view.last.started_at:%Y-%m-%d %H:%M:%SZ} {_outcome(view.last)}" if view.last else "never run"
    asked = f", requested by {view.requested_by}" if view.requested else ""
    return f"{view.name:14} next {view.due_at:%Y-%m-%d %H:%M:%SZ}{asked}; last {last}"


def _outcome(run: JobRun) -> str:
    counts = ", ".join(f"{key} {count}" for key, count in run.counts.items())
    return f"{run.status}{' (dry run)' if run.dry_run else ''}{': ' if counts else ''}{counts}"
