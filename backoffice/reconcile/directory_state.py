"""Which accounts are switched off, by any of the ways directories have for it."""

import pandas as pd

from backoffice import clock
from backoffice.rules.directory_format import OFF_WORDS

LOCKED, ENDS, NS_LOCK, AD_CONTROL = "pwdAccountLockedTime", "pwdEndTime", "nsAccountLock", "userAccountControl"
STATE_ATTRIBUTES = (LOCKED, ENDS, NS_LOCK, AD_CONTROL)
# Source: draft-behera-ldap-password-policy §5.3.3 (locked until an administrator unlocks it).
_FOREVER = r"^0000010100(?:00)?(?:00)?Z"
_TIME = "%Y%m%d%H%M%S"
_TIME_LENGTH = 14
_AD_DISABLED_BIT = 2
_OFF = rf"(?i)(?:^|[:\x1f])(?:{'|'.join(OFF_WORDS)})(?:$|\x1f)"
_ARCHIVED = "archived"


def disabled(cells: pd.DataFrame, state: pd.Series, branch: pd.Series) -> pd.Series:
    """Say for each entry whether its account cannot be used.

    ``cells`` holds STATE_ATTRIBUTES, ``state`` our state attribute (its last ``:`` word counts), ``branch`` the
    part of the tree. A lock that ends by itself is not meant.
    """
    ways = (
        cells[LOCKED].str.contains(_FOREVER),
        _has_passed(cells[ENDS]),
        cells[NS_LOCK].str.lower() == "true",
        _has_bit(cells[AD_CONTROL], _AD_DISABLED_BIT),
        state.str.contains(_OFF),
        branch == _ARCHIVED,
    )
    found = pd.Series(data=False, index=state.index)
    for way in ways:
        found |= way.astype(bool)
    return found


def _has_passed(times: pd.Series) -> pd.Series:
    # Generalised times in UTC compare as text once they have the same length. Source: RFC 4517 §3.3.13.
    digits = times.str.extract(r"^([0-9]+)", expand=False).fillna("")
    moment = digits.str.slice(0, _TIME_LENGTH).str.pad(_TIME_LENGTH, side="right", fillchar="0")
    return (digits != "") & (moment <= clock.now().strftime(_TIME))


def _has_bit(numbers: pd.Series, bit: int) -> pd.Series:
    values = pd.to_numeric(numbers.where(numbers.str.match(r"^[0-9]{1,10}$"), "0")).astype("int64")
    return (values & bit) != 0
