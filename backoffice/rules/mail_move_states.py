"""The life of a mail move. Source: mission S31, S32. Cancelled is added: the desk may take a move back."""

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

CREDENTIALS_NEEDED, QUEUED, COPYING, VERIFYING = "credentials_needed", "queued", "copying", "verifying"
DELTA, DONE, FAILED, CANCELLED = "delta", "done", "failed", "cancelled"
# Why a move failed.
AUTH, QUOTA, SERVER, PARTIAL = "auth", "quota", "server", "partial"
WORKING = (COPYING, VERIFYING, DELTA)
OPEN = (CREDENTIALS_NEEDED, QUEUED, *WORKING, FAILED)

_ANY_TIME = (FAILED, CANCELLED, CREDENTIALS_NEEDED)
MAY_BECOME: dict[str, tuple[str, ...]] = {
    CREDENTIALS_NEEDED: (QUEUED, CANCELLED),
    QUEUED: (COPYING, *_ANY_TIME),
    COPYING: (VERIFYING, *_ANY_TIME),
    VERIFYING: (DELTA, *_ANY_TIME),
    DELTA: (DONE, *_ANY_TIME),
    FAILED: (QUEUED, COPYING, CREDENTIALS_NEEDED, CANCELLED),
    DONE: (QUEUED,),
    CANCELLED: (QUEUED,),
}
STATES = tuple(MAY_BECOME)
STATE_WORDS = {
    CREDENTIALS_NEEDED: N_("waits for the password"), QUEUED: N_("waits for its turn"), COPYING: N_("is being moved"),
    VERIFYING: N_("is being verified"), DELTA: N_("final pass"), DONE: N_("moved"), FAILED: N_("did not succeed"),
    CANCELLED: N_("cancelled"),
}  # fmt: skip
PAUSED_WORDS = N_("paused")
FAILURE_WORDS = {
    AUTH: N_("wrong password"), QUOTA: N_("mailbox full"), SERVER: N_("mail server"), PARTIAL: N_("some messages"),
}  # fmt: skip
WRONG_STATE = N_("That cannot be done with this move any more.")


def check_step(before: str, after: str) -> None:
    """Raise RefusedError where a move may not go from one state to the other."""
    if after not in MAY_BECOME.get(before, ()):
        raise RefusedError(WRONG_STATE)
