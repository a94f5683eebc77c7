"""The job ``synchronise``: each night, compares staff with HR's newest file, where the office wants that."""

from backoffice.i18n import N_
from backoffice.rules.due import Daily
from backoffice.services import synchronise, synchronise_nightly
from backoffice.services.job_kinds import Job, Outcome, Work

_LOOKED_AT = "looked_at"
_OFF = N_("Switched off: [policy] nightly_sync is false; people synchronise in their profile.")


def run(work: Work) -> Outcome:
    """Compare; a dry run counts the accounts. Nothing where the setting is off, or in observe mode."""
    if not work.settings.policy.nightly_sync:
        return Outcome(detail=_OFF, idle=True)
    if work.dry_run:
        return Outcome({_LOOKED_AT: len(synchronise_nightly.candidates())})
    if work.settings.policy.mode == "observe":
        return Outcome(idle=True)
    counts = synchronise_nightly.run(work.settings)
    return Outcome(dict(counts), idle=not set(counts) - {synchronise_nightly.SKIPPED})


JOB = Job(
    name="synchronise",
    title=N_("Synchronising staff"),
    help=N_(
        "Each night, where [policy] nightly_sync is on: compares people with a temporary account with HR's newest file "
        "and takes over what agrees, as they would in their profile. Who was admitted has to do that in person."
    ),
    words={
        synchronise.UPDATED: N_("people brought up to the newest file"),
        synchronise.NOT_ACTIVE: N_("people whom HR does not have as active"),
        synchronise.NOT_FOUND: N_("people whom the newest file does not have"),
        synchronise.MISMATCH: N_("people whose data differ; they became cases"),
        synchronise_nightly.SKIPPED: N_("people left alone"),
        _LOOKED_AT: N_("accounts to be looked at"),
    },
    rhythm=lambda settings: Daily(settings.jobs.synchronise_at, settings.timezone),
    run=run,
)
