"""The job ``statistics``: counts the figures for managers anew, and notes those of the day."""

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import figure_store
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 900


def run(work: Work) -> Outcome:
    """Keep the figures of now; a dry run does nothing."""
    if work.dry_run:
        return Outcome(idle=True)
    zone = work.settings.timezone
    kept, noted = figure_store.refresh(zone), figure_store.note_day(zone)
    return Outcome({"figures": kept, "day": noted}, idle=True)


JOB = Job(
    name="statistics",
    title=N_("Figures for managers"),
    help=N_(
        "Every quarter of an hour: counts anew what the statistics page shows, and notes the figures of the day, from "
        "which their history is drawn. Only counts are kept, and small ones are not shown."
    ),
    words={"figures": N_("figures kept"), "day": N_("figures of the day noted")},
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
