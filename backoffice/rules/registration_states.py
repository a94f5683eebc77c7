"""The life of a registration, from the first form to the temporary account. Source: mission S28, S32, S42."""

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

STARTED, WAITING_SERVICE, REJECTED, IDENTITY_OK = "started", "waiting_service", "rejected", "identity_ok"
MOBILE_INVALID, WAITING_OWNER, OTP_SENT, OTP_VERIFIED = "mobile_invalid", "waiting_owner", "otp_sent", "otp_verified"
TEMPORARY, ABANDONED, FAILED, LINKED = "temporary", "abandoned", "failed", "linked"

# LINKED: an account that existed before was claimed (mission S62).
# State -> states it may become. A service that does not answer (waiting_…) is a state of its own, never a refusal.
MAY_BECOME: dict[str, tuple[str, ...]] = {
    STARTED: (IDENTITY_OK, REJECTED, WAITING_SERVICE, ABANDONED),
    WAITING_SERVICE: (IDENTITY_OK, REJECTED, ABANDONED),
    REJECTED: (IDENTITY_OK,),
    # The desk may take back its word as long as no account is asked for.
    IDENTITY_OK: (MOBILE_INVALID, WAITING_OWNER, OTP_SENT, REJECTED, ABANDONED),
    MOBILE_INVALID: (WAITING_OWNER, OTP_SENT, REJECTED, ABANDONED),
    WAITING_OWNER: (MOBILE_INVALID, OTP_SENT, REJECTED, ABANDONED),
    OTP_SENT: (MOBILE_INVALID, WAITING_OWNER, OTP_VERIFIED, LINKED, REJECTED, ABANDONED),
    OTP_VERIFIED: (TEMPORARY, FAILED),
    TEMPORARY: (),
    LINKED: (),
    ABANDONED: (),
    FAILED: (OTP_VERIFIED, ABANDONED),
}
OPEN = (STARTED, WAITING_SERVICE, IDENTITY_OK, MOBILE_INVALID, WAITING_OWNER, OTP_SENT)
# The code was right: the account is asked for, or there.
VERIFIED = (OTP_VERIFIED, TEMPORARY)
STATES = tuple(MAY_BECOME)
WRONG_STATE = N_("That cannot be done at this point of the registration.")


def check_step(before: str, after: str) -> None:
    """Raise RefusedError where a registration may not go from one state to the other."""
    if after not in MAY_BECOME.get(before, ()):
        raise RefusedError(WRONG_STATE)


def sources_of(after: str) -> tuple[str, ...]:
    """Give the states from which a registration may become this one."""
    return tuple(before for before, steps in MAY_BECOME.items() if after in steps)
