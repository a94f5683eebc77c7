"""How many changes of one kind a plan may hold before all of them are stopped.

Source: reconciliation.md "Actions and limits".
"""

import datetime as dt
from fractions import Fraction
from math import ceil

from backoffice.settings import Limits

UNIT_MIN_PEOPLE = 10
# What is made in so long a time is held to so many times the limit of one plan.
BUDGET_TIME, BUDGET_LIMITS = dt.timedelta(days=7), 2


def limit_of(limits: Limits, kind: str, accounts: int) -> int:
    """Give max(KIND_min, KIND_share of the accounts rounded up)."""
    return allowed(getattr(limits, f"{kind}_min"), getattr(limits, f"{kind}_share"), accounts)


def allowed(minimum: int, share: float, whole: int) -> int:
    """Give max(minimum, share of the whole rounded up); shares are taken as the decimals they are written as."""
    return max(minimum, ceil(Fraction(str(share)) * whole))


def is_over_budget(planned: int, made: int, limit: int) -> bool:
    """Say whether these changes would, with those made in the last seven days, exceed twice the limit."""
    return made + planned > BUDGET_LIMITS * limit


def is_half_of_a_unit(changed: int, people: int) -> bool:
    """Say whether more than half of a unit of ten or more people would change."""
    return people >= UNIT_MIN_PEOPLE and 2 * changed > people


def has_shrunk(entries: int, before: int) -> bool:
    """Say whether a directory has less than 95 % of the entries it had. Source: reconciliation.md "Gates"."""
    return 100 * entries < 95 * before
