"""The job ``approve``: decides requests for permanent accounts that nothing stands against."""

from collections import Counter

from backoffice.i18n import N_
from backoffice.rules import request_states as states
from backoffice.rules.due import Every
from backoffice.services import approval
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 60
_OBSERVING = N_("The desk is in observe mode; nobody's account is made permanent.")


def run(work: Work) -> Outcome:
    """Judge every request that is not decided; a dry run counts them."""
    if work.dry_run:
        return Outcome({states.SUBMITTED: len(approval.undecided())})
    if work.settings.policy.mode == "observe":
        return Outcome(detail=_OBSERVING, idle=True)
    try:
        counts = approval.judge_all(work.settings)
    except DirectoryDownError as fault:
        return Outcome(detail=fault.message, values=fault.values, failed=True)
    return Outcome(_told(counts), idle=not counts[states.PROVISIONING])


def _told(counts: Counter[str]) -> dict[str, int]:
    return {state: count for state, count in counts.items() if state in JOB.words}


JOB = Job(
    name="approve",
    title=N_("Requests for permanent accounts"),
    help=N_(
        "Every minute: looks at the requests that are not decided. Where identity, HR's newest file and the name are "
        "as they should be, the account is made permanent; every other request says what it waits for."
    ),
    words={
        states.PROVISIONING: N_("accounts are being made permanent"),
        states.NEEDS_REVIEW: N_("requests wait for a person of the desk"),
        states.WAITING_SOURCE: N_("requests wait for HR"),
        states.WAITING_SYNC: N_("requests wait for the person to synchronise"),
        states.WAITING_MAILBOX: N_("requests wait for the password of the old mailbox"),
        states.SUBMITTED: N_("requests are not decided"),
    },
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
