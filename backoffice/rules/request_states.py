"""The life of a request for a permanent account. Source: mission S30, S32."""

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

SUBMITTED = "submitted"
WAITING_SOURCE, WAITING_SYNC, WAITING_MAILBOX = "waiting_source", "waiting_sync", "waiting_mailbox"
NEEDS_REVIEW, APPROVED, PROVISIONING = "needs_review", "approved", "provisioning"
DONE, FAILED, REJECTED, CANCELLED = "done", "failed", "rejected", "cancelled"

_WAITING = (WAITING_SOURCE, WAITING_SYNC, WAITING_MAILBOX, NEEDS_REVIEW)
# What the job looks at again and again; approval, refusal and cancelling are possible in each of them.
UNDECIDED = (SUBMITTED, *_WAITING)
MAY_BECOME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(UNDECIDED, (*_WAITING, APPROVED, REJECTED, CANCELLED)),
    APPROVED: (PROVISIONING, FAILED),
    PROVISIONING: (DONE, FAILED),
    FAILED: (APPROVED, REJECTED),
    DONE: (),
    REJECTED: (),
    CANCELLED: (),
}
STATES = tuple(MAY_BECOME)
# One at a time for an account.
LIVE = tuple(state for state in STATES if state not in (REJECTED, CANCELLED))
WRONG_STATE = N_("That cannot be done with this request any more.")


def check_step(before: str, after: str) -> None:
    """Raise RefusedError where a request may not go from one state to the other."""
    if after not in MAY_BECOME.get(before, ()):
        raise RefusedError(WRONG_STATE)
