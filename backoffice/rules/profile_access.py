"""How far the holder of an account may come in. Source: mission S38; reliability.md §2 (a disabled user)."""

import datetime as dt
from enum import StrEnum

from backoffice.rules.account_states import EXPIRED, PERMANENT, TEMPORARY


class Access(StrEnum):
    """What is open: everything, only extending and requesting (the account has expired), or nothing."""

    FULL = "full"
    GRACE = "grace"
    NONE = "none"


def access_of(state: str, expires_at: dt.datetime | None, now: dt.datetime, grace_days: int) -> Access:
    """Give what is open to an account. ``expires_at``: the last second it is valid, None for no end."""
    if state == PERMANENT:
        return Access.FULL
    if state not in (TEMPORARY, EXPIRED) or expires_at is None:
        return Access.NONE
    if state == TEMPORARY and now <= expires_at:
        return Access.FULL
    return Access.GRACE if now <= expires_at + dt.timedelta(days=grace_days) else Access.NONE
