"""The job ``reconcile``: each night, compare the accepted HR files with the directory and store the plan."""

from backoffice.i18n import N_
from backoffice.models import Run
from backoffice.models.run import FAILED, HELD
from backoffice.rules.due import Daily
from backoffice.services.job_kinds import Job, Outcome, Work

_STORED = N_("The plan is stored as run %(run)s.")
_STOPPED = N_("A gate stopped run %(run)s; nothing was planned.")
_NOTHING = N_("No source has an accepted file yet.")
_COULD = N_("A run could begin now; the directory accepts our login.")


def run(work: Work) -> Outcome:
    """Plan; a dry run only says whether a run could begin. Raises RefusedError where it could not."""
    # Comparing needs pandas, which the commands do without.
    from backoffice.services import reconciliation, snapshots  # noqa: PLC0415
    from backoffice.services.check_directory import log_in  # noqa: PLC0415

    sources = [source.name for source in work.settings.hr.sources]
    ready = sum(snapshots.newest_accepted(name) is not None for name in sources)
    counts = {"sources": ready, "sources_without_file": len(sources) - ready}
    if not ready:
        return Outcome(counts, _NOTHING)
    if work.dry_run:
        log_in(work.settings)
        return Outcome(counts, _COULD)
    return _outcome(reconciliation.plan(actor=work.actor, settings=work.settings), counts)


def _outcome(planned: Run, counts: dict[str, int]) -> Outcome:
    counts |= {
        "entries": planned.directory_entries,
        "changes": sum(planned.actions.values()),
        "kinds_held": len(planned.held),
        "gates": len(planned.gates),
    }
    if planned.status == FAILED:
        return Outcome(counts, planned.fault["message"], planned.fault["params"], failed=True)
    return Outcome(counts, _STOPPED if planned.status == HELD else _STORED, {"run": planned.id})


JOB = Job(
    name="reconcile",
    title=N_("Nightly reconciliation"),
    help=N_(
        "Each night: compares the newest accepted file of every source with the directory and stores the plan as a "
        "run. Runs only where at least one source has an accepted file. Changes nothing in the directory. A run that "
        "failed is tried again after a quarter of an hour, three times. The dry run only says whether a run could "
        "begin."
    ),
    words={
        "sources": N_("sources with an accepted file"),
        "sources_without_file": N_("sources without a file"),
        "entries": N_("directory entries compared"),
        "changes": N_("changes planned"),
        "kinds_held": N_("kinds of change held"),
        "gates": N_("gates that stopped the run"),
    },
    rhythm=lambda settings: Daily(settings.jobs.reconcile_at, settings.timezone),
    run=run,
)
