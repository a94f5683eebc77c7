"""The job ``outbox``: carry out the operations, messages too, that wait in the queue."""

from flask import current_app

from backoffice.i18n import N_
from backoffice.models.operation import ALREADY, FAILED, MADE, PARKED, STALE
from backoffice.rules.due import Every
from backoffice.services import queue
from backoffice.services.job_kinds import Job, Outcome, Work

_THERE = N_("There are changes or messages in the queue.")
_NOTHING = N_("Nothing waits in the queue.")
_SWEEP_SECONDS = 300


def run(work: Work) -> Outcome:
    """Work off the queue; a dry run only says whether there is anything in it."""
    if work.dry_run:
        return Outcome(detail=_THERE if queue.is_anything_due() else _NOTHING)
    ended = queue.work_off(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - threads need it
    return Outcome(dict(ended), idle=not set(ended) - {queue.WAITS})


JOB = Job(
    name="outbox",
    title=N_("Changes and messages in the queue"),
    help=N_(
        "As soon as something is in the queue: makes the changes that a person applied or took back, each bound to the "
        "version of the account it was planned from. What the directory does not answer is asked after, then tried "
        "again with growing pauses, and put aside for the desk after five tries. While the directory is away the queue "
        "waits. Sends SMS and mail beside that, never an SMS in the quiet hours. Does nothing in observe mode. The dry "
        "run only says whether there is anything in the queue."
    ),
    words={
        MADE: N_("changes made"),
        queue.SENT: N_("messages sent"),
        ALREADY: N_("changes that were so already"),
        STALE: N_("accounts changed since the plan"),
        FAILED: N_("changes the directory refused"),
        PARKED: N_("changes and messages given up for the desk"),
        queue.WAITS: N_("changes and messages to be tried again"),
    },
    rhythm=lambda _settings: Every(_SWEEP_SECONDS),
    run=run,
    wakes=queue.is_anything_due,
)
