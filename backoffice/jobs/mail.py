"""The job ``mail``: moves mailboxes from the old server to the new one."""

from flask import current_app

from backoffice.i18n import N_
from backoffice.models.operation import MADE, PARKED, PENDING, STALE, UNKNOWN
from backoffice.rules.due import Every
from backoffice.services import mail_moves
from backoffice.services.job_kinds import Job, Outcome, Work

_THERE = N_("There are mailboxes to move.")
_NOTHING = N_("No mailbox is to be moved now.")
_SWEEP_SECONDS = 300


def run(work: Work) -> Outcome:
    """Work on moves until none is due; a dry run only says whether one is."""
    if work.dry_run:
        return Outcome(detail=_THERE if mail_moves.is_due(work.settings) else _NOTHING)
    # The IMAP library is loaded where it is used only.
    from backoffice.services import mail_move_work  # noqa: PLC0415

    ended = mail_move_work.work_off(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - threads need it
    return Outcome(dict(ended), idle=not ended)


JOB = Job(
    name="mail",
    title=N_("Mail moves"),
    help=N_(
        "As soon as a mailbox is to be moved: brings its folders and messages from the old mail server to the new one, "
        "a few mailboxes at once, each for some minutes. What is there already is not stored again, and nothing is "
        "ever deleted at the old server. Then it looks whether all has arrived, brings what came meanwhile, and erases "
        "the password of the old mailbox. Does nothing in observe mode, and outside the hours in which mail may be "
        "moved. The dry run only says whether there is a mailbox to move."
    ),
    words={
        MADE: N_("mailboxes moved"),
        PENDING: N_("turns after which a mailbox waits for the next"),
        UNKNOWN: N_("turns that broke off and are gone on with"),
        PARKED: N_("mailboxes left for the desk"),
        STALE: N_("moves that were cancelled"),
    },
    rhythm=lambda _settings: Every(_SWEEP_SECONDS),
    run=run,
    wakes=mail_moves.is_anything_due,
)
