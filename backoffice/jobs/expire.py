"""The job ``expire``: notes that temporary accounts came to their end."""

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import account_expiry, purges
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 60


def run(work: Work) -> Outcome:
    """Note every end, and propose what may be deleted; a dry run counts both."""
    expired = account_expiry.count_due() if work.dry_run else account_expiry.expire_due()
    proposed = purges.count_due() if work.dry_run else purges.propose_due()
    return Outcome({"expired": expired, "proposed": proposed}, idle=not (expired or proposed))


JOB = Job(
    name="expire",
    title=N_("Ends of temporary accounts"),
    help=N_(
        "Every minute: notes which temporary accounts came to their end, so that the desk shows them as such. The "
        "directory refuses their login by itself from that second on. Proposes to delete what ended 90 days ago; a "
        "person decides, nothing is deleted by itself."
    ),
    words={"expired": N_("accounts came to their end"), "proposed": N_("deletions proposed")},
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
