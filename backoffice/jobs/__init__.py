"""The jobs: one file each, one runner, and the schedule that triggers them (APScheduler lives only here)."""

from flask import Flask

from backoffice.jobs import (
    approve,
    digest,
    expire,
    housekeeping,
    import_hr,
    inquiries,
    mail,
    outbox,
    reconcile,
    remind,
    runner,
    statistics,
    synchronise,
    threeway,
)  # fmt: skip
from backoffice.services.jobs import Room

JOBS = (
    import_hr.JOB, reconcile.JOB, outbox.JOB, mail.JOB, inquiries.JOB, approve.JOB, remind.JOB, expire.JOB,
    threeway.JOB, statistics.JOB, digest.JOB, synchronise.JOB, housekeeping.JOB,
)  # fmt: skip


def register(app: Flask) -> None:
    """Bring the jobs to the application; nothing is started."""
    app.extensions["jobs"] = Room({job.name: job for job in JOBS}, run=runner.run, start=_start)


def _start() -> None:
    # Only the worker needs APScheduler.
    from backoffice.jobs.schedule import serve  # noqa: PLC0415

    serve(JOBS)
