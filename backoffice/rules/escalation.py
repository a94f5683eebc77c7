"""When HR or IT is reminded of what it is waited for. Pure. Source: mission S40.

Working days over the service level decide: reminded once when it is over, and again after two working days more.
"""

import datetime as dt
from collections.abc import Collection

from backoffice.rules.working_days import over

FIRST, SECOND = 1, 2
# Stage -> from which working day over the service level.
_FROM = {FIRST: 1, SECOND: 3}


def stage(last: dt.date, today: dt.date, holidays: Collection[dt.date]) -> int:
    """Give the stage that is reached on a day, 0 for none; ``last``: the last day of the service level."""
    late = over(last, today, holidays)
    return max((number for number, begin in _FROM.items() if late >= begin), default=0)
