"""What happens to the account of somebody whose employment ended, who is on leave, or whom HR no longer names.

Source: reconciliation.md, situations LEAVER, ON_LEAVE and MISSING.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KEEP = "keep"
ANY = "any"
DEFAULT_DAYS = 3
DEFAULTS: dict[str, int | str] = {
    "faculty.retired": KEEP,
    "personnel.retired": 90,
    "student.graduated": 365,
    "contractor.any": DEFAULT_DAYS,
    "any.transferred": 30,
    "any.other": DEFAULT_DAYS,
}


def grace_days(policy: Mapping[str, int | str], person_kind: str, status_word: str) -> int | None:
    """Give the days an account stays after the end, None where it is kept for good.

    The person type decides before the status word; ``[policy.leaver]`` before the defaults.
    """
    table = {**DEFAULTS, **policy}
    for key in (f"{person_kind}.{status_word}", f"{person_kind}.{ANY}", f"{ANY}.{status_word}", f"{ANY}.other"):
        if key in table:
            days = table[key]
            return None if days == KEEP else int(days)
    return DEFAULT_DAYS


WARNED_DAYS = 3
MISSING_WARNED_DAYS = 30
MISSING_DAYS = 3
MISSING_CONFIRMATIONS = 2
# How long HR has for an answer, and how long an answer is good for.
ANSWER_TIME = dt.timedelta(days=7)
LATER_TIME = dt.timedelta(days=7)
HERE_TIME = dt.timedelta(days=60)
LEFT, HERE, LATER = "left", "here", "later"
ANSWERS = (LEFT, HERE, LATER)


@dataclass(frozen=True)
class Ending:
    """Why an account is to be disabled, and when at the earliest.

    ``about`` tells this end of this account from any other one. ``due``: the first day the policy allows;
    ``warned_days``: how long before that day the person has to be told.
    """

    situation: str
    about: str
    due: dt.date
    warned_days: int


@dataclass(frozen=True)
class Warned:
    """A warning about an ending: when it was delivered (None: not yet) and the day it names."""

    delivered_at: dt.datetime | None
    lock_on: dt.date


@dataclass(frozen=True)
class Asked:
    """A question to HR about a missing person; ``answer``: left, here, later, "" as long as there is none."""

    at: dt.datetime
    answer: str = ""
    answered_at: dt.datetime | None = None


def lock_day(ending: Ending, today: dt.date) -> dt.date:
    """Give the day a warning that is sent today names."""
    return max(ending.due, today + dt.timedelta(days=ending.warned_days))


def may_disable(ending: Ending, warned: Warned, now: dt.datetime, today: dt.date) -> bool:
    """Say whether the account may be disabled: the later of the policy's day and the delivered warning plus its days.

    A day that the person was told is kept, even if the policy has become shorter since.
    """
    if warned.delivered_at is None or now - warned.delivered_at < dt.timedelta(days=ending.warned_days):
        return False
    return today >= max(ending.due, warned.lock_on)


def is_overdue(since: dt.datetime | None, confirmed_at: Sequence[dt.datetime], now: dt.datetime) -> bool:
    """Say whether HR is to be asked about a missing person: two confirmed snapshots and at least three days."""
    if since is None:
        return False
    confirmations = sum(1 for moment in confirmed_at if moment >= since)
    return confirmations >= MISSING_CONFIRMATIONS and now - since >= dt.timedelta(days=MISSING_DAYS)


def is_to_be_asked(asked: Asked | None, now: dt.datetime) -> bool:
    """Say whether HR is to be asked, or asked again because its answer is too old."""
    if asked is None:
        return True
    if asked.answered_at is None or asked.answer == LEFT:
        return False
    return now - asked.answered_at >= (HERE_TIME if asked.answer == HERE else LATER_TIME)


def has_left(asked: Asked | None, now: dt.datetime) -> bool:
    """Say whether a missing person counts as gone: HR says so, or had its time to answer and did not.

    Source: reconciliation.md MISSING: "question to HR; disable only 30 days after a delivered warning". The warning
    follows the question, so that HR can stop it; thirty days, because silence is no proof.
    """
    if asked is None:
        return False
    return asked.answer == LEFT or (not asked.answer and now - asked.at >= ANSWER_TIME)
