"""The job ``expire``: notes that temporary accounts came to their end."""

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import account_expiry
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 600


def run(work: Work) -> Outcome:
    """Note every end; a dry run counts them."""
    count = account_expiry.count_due() if work.dry_run else account_expiry.expire_due()
    return Outcome({"expired": count}, idle=not count)


JOB = Job(
    name="expire",
    title=N_("Ends of temporary accounts"),
    help=N_(
        "Every ten minutes: notes which temporary accounts came to their end, so that the desk shows them as such. The "
        "directory refuses their login by itself from that second on. Nothing is deleted."
    ),
    words={"expired": N_("accounts came to their end")},
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
