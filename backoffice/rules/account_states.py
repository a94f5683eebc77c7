"""The life of an account that this office made. Source: mission S15, S28, S38."""

CREATING, TEMPORARY, EXPIRED, LOCKED = "creating", "temporary", "expired", "locked"
PERMANENT, PURGING, PURGED = "permanent", "purging", "purged"

# State -> states it may become. Expiry and locking are taken back by an extension and by unlocking. An account that
# could never be made is removed; its person may ask for it again.
MAY_BECOME: dict[str, tuple[str, ...]] = {
    CREATING: (TEMPORARY, PURGED),
    TEMPORARY: (EXPIRED, LOCKED, PERMANENT),
    EXPIRED: (TEMPORARY, LOCKED, PURGING, PURGED),
    LOCKED: (TEMPORARY, EXPIRED, PURGED),
    PERMANENT: (LOCKED,),
    PURGING: (PURGED, EXPIRED),
    PURGED: (CREATING,),
}
STATES = tuple(MAY_BECOME)
LIVE = (CREATING, TEMPORARY, PERMANENT)


def sources_of(after: str) -> tuple[str, ...]:
    """Give the states from which an account may become this one."""
    return tuple(before for before, steps in MAY_BECOME.items() if after in steps)
