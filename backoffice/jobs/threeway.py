"""The job ``threeway``: each night, see whether register, directory and operations still say the same."""

from backoffice.i18n import N_
from backoffice.rules.due import Daily
from backoffice.services.job_kinds import Job, Outcome, Work

_COULD = N_("The check could begin now; the directory accepts our login.")


def run(work: Work) -> Outcome:
    """Check; a dry run only says whether the directory can be read. Raises RefusedError where it cannot."""
    # Comparing needs pandas, which the commands do without.
    from backoffice.services import threeway  # noqa: PLC0415
    from backoffice.services.check_directory import log_in  # noqa: PLC0415

    if work.dry_run:
        log_in(work.settings)
        return Outcome(detail=_COULD)
    found = threeway.check(actor=work.actor, settings=work.settings)
    return Outcome({"new": found.new, "known": found.known, "gone": found.gone})


JOB = Job(
    name="threeway",
    title=N_("Three-way check"),
    help=N_(
        "Each night: compares our links and the changes we made with the directory as it is. Tells of accounts that "
        "vanished, were renamed or carry another code, and of changes of ours that somebody took back. Repairs nothing "
        "by itself. The dry run only says whether the directory can be read."
    ),
    words={
        "new": N_("new differences"),
        "known": N_("known differences"),
        "gone": N_("differences that are no more"),
    },
    rhythm=lambda settings: Daily(settings.jobs.threeway_at, settings.timezone),
    run=run,
)
