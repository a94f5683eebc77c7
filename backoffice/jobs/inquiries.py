"""The job ``inquiries``: checks again whoever came while a service was down."""

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import identity, registration_retry
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 300


def run(work: Work) -> Outcome:
    """Check everybody who waits; a dry run counts them."""
    if work.dry_run:
        return Outcome({registration_retry.WAITS: len(registration_retry.waiting())})
    counts = registration_retry.check_again(work.settings)
    return Outcome(counts, idle=not any(counts.values()))


JOB = Job(
    name="inquiries",
    title=N_("Registrations that wait for a service"),
    help=N_(
        "Every five minutes: checks again the identity of people who registered while the personnel file, the civil "
        "registry or the directory did not answer. Who passes can go on; who does not becomes a case. As long as there "
        "is no answer, everybody goes on waiting."
    ),
    words={
        identity.PASSES: N_("registrations can go on"),
        identity.REFUSED: N_("registrations became cases"),
        registration_retry.WAITS: N_("registrations still wait"),
    },
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
