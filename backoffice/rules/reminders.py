"""Which reminder of the end of a temporary account is due. Pure. Source: mission S37.

A stage is a number of days before the last one, negative afterwards; 0 is the last day itself.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from backoffice.rules.deadlines import days_left

# E-mail always, an SMS at these only.
WITH_SMS = frozenset({14, 3, 0})
# After so many messages in a row that could not be delivered nobody is written to any more.
MOST_FAILURES = 3


@dataclass(frozen=True)
class Due:
    """What is due now: the one stage to send, and those that were missed and are not sent any more."""

    stage: int
    missed: tuple[int, ...] = ()

    @property
    def has_sms(self) -> bool:
        """Whether an SMS goes with it."""
        return self.stage in WITH_SMS


def due(
    expires_at: dt.datetime, now: dt.datetime, stages: Collection[int], sent: Collection[int], zone: str
) -> Due | None:
    """Give what is due of an end; None where the most urgent stage that was reached is done already.

    After days without a worker only the most urgent one is sent. ``sent``: stages that were sent or missed before.
    """
    left = days_left(expires_at, now, zone)
    reached = sorted(stage for stage in stages if left <= stage)
    if not reached or any(stage <= reached[0] for stage in sent):
        return None
    return Due(reached[0], tuple(stage for stage in reached[1:] if stage not in sent))
