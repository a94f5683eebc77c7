"""Eighteen months of onboarding before the demo begins: who tried when, and how far they came.

Pure: it draws what happened, ``history_rows`` writes it down. Colleagues with an account of today came by it then; who
gave up, or whose temporary account ended, is not at the university any more or not yet in HR's files.
"""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from backoffice.rules import identity_causes as causes
from backoffice.rules.jalali_months import YEAR, start_of

MONTHS = 18
LIFE = dt.timedelta(days=30)
# Temporary accounts of each of the last days that are in use still.
_LIVE = 2
_DAY, _MINUTE = 86_400, 60
# Share of a year's beginnings by Jalali month; the new academic year begins in Mehr.
_SEASON = (3, 6, 7, 6, 4, 8, 18, 13, 9, 8, 10, 8)
_GROWTH = 0.03
_FRIDAY = 4
_HOURS = (4, 19)
_CAUSES = {
    causes.NC_NOT_IN_HR: 8, causes.NAME_DIFFERS: 6, causes.BIRTHDATE_DIFFERS: 5, causes.FATHER_DIFFERS: 3,
    causes.DUPLICATE_IN_HR: 1, causes.EXISTS_STAFF: 3,
}  # fmt: skip
_STAGES = (21, 14, 7, 3, 1, 0, -3)
IDENTITY, MOBILE, TEMPORARY, REQUESTED = "identity", "mobile", "temporary", "requested"
APPROVED, PERMANENT, MOVED, REFUSED, DECIDED = "approved", "permanent", "moved", "refused", "decided"


@dataclass
class Attempt:
    """One attempt. ``person``: who, as the caller numbers them, None for a stranger; ``at``: when each step was passed.

    ``cause``: why it was refused; ``reminders``: stage and moment.
    """

    person: int | None
    began: dt.datetime
    at: dict[str, dt.datetime] = field(default_factory=dict)
    cause: str = ""
    by_itself: bool = True
    reminders: list[tuple[int, dt.datetime]] = field(default_factory=list)

    @property
    def ends(self) -> dt.datetime:
        """When the temporary account ends."""
        return self.at[TEMPORARY] + LIFE


def attempts(people: int, this_month: int, now: dt.datetime, zone: str, dice: random.Random) -> list[Attempt]:
    """Draw what so many people and the strangers among them did until now, in the order of time."""
    found: list[Attempt] = []
    days = _Days(this_month, zone, dice)
    for person in range(people):
        done = _done(person, days.draw(before=now), dice)
        while max(done.at.values()) >= now:
            done = _done(person, days.draw(before=now), dice)
        found += [*_earlier(done, dice), done]
    for _stranger in range(max(20, people // 9)):
        found.append(_unused(days.draw(before=now - dt.timedelta(minutes=30)), now, dice))
    for place in range(_LIVE * LIFE.days):
        found.append(_unused(now - dt.timedelta(days=place / _LIVE, minutes=30), now, dice))
    for _stranger in range(max(16, people // 40)):
        found.append(_waiting(now, dice))
    return sorted(found, key=lambda attempt: attempt.began)


class _Days:
    """Moments of beginnings, more of them in the busy months."""

    def __init__(self, this_month: int, zone: str, dice: random.Random) -> None:
        self._months = range(this_month - MONTHS + 1, this_month + 1)
        self._weights = [_SEASON[month % YEAR] * (1 + _GROWTH * place) for place, month in enumerate(self._months)]
        self._zone, self._dice = zone, dice

    def draw(self, before: dt.datetime) -> dt.datetime:
        while True:
            (month,) = self._dice.choices(self._months, self._weights)
            day = start_of(month, self._zone) + dt.timedelta(days=self._dice.randrange(31))
            moment = day + dt.timedelta(hours=self._dice.triangular(*_HOURS, 7.5))
            if day < start_of(month + 1, self._zone) and moment < before and moment.weekday() != _FRIDAY:
                return moment


def _done(person: int, began: dt.datetime, dice: random.Random) -> Attempt:
    """Draw one who went all the way; many wait for a reminder."""
    found = Attempt(person, began)
    account = _until_account(found, dice)
    kind = dice.random()
    if kind < 0.5:
        asked = _later(account, dice, 3 * _MINUTE, 40 * _MINUTE)
    elif kind < 0.7:
        asked = _later(account, dice, _DAY, 8 * _DAY)
    else:
        asked = account + dt.timedelta(days=9) + dt.timedelta(seconds=min(dice.expovariate(1 / (5 * _DAY)), 18 * _DAY))
    found.at[REQUESTED] = asked
    found.reminders = _reminders(found, asked)
    found.by_itself = dice.random() < 0.7
    wait = (2, _MINUTE) if found.by_itself else (2 * 60 * _MINUTE, 4 * _DAY)
    found.at[APPROVED] = _later(asked, dice, *wait)
    found.at[PERMANENT] = _later(found.at[APPROVED], dice, 20, 15 * _MINUTE)
    if dice.random() < 0.4:
        found.at[MOVED] = _later(found.at[PERMANENT], dice, 60 * _MINUTE, 4 * _DAY)
    return found


def _earlier(done: Attempt, dice: random.Random) -> Sequence[Attempt]:
    """Draw what went wrong before: a refusal that HR mended, or a form that was left."""
    kind = dice.random()
    if kind < 0.16:
        refused = Attempt(done.person, done.began - dt.timedelta(seconds=dice.uniform(_DAY / 4, 6 * _DAY)))
        pause = (done.began - refused.began).total_seconds()
        decided = _later(refused.began, dice, pause / 10, pause * 0.9)
        refused.at = {REFUSED: refused.began, DECIDED: decided}
        (refused.cause,) = dice.choices(list(_CAUSES), list(_CAUSES.values()))
        return [refused]
    if kind < 0.3:
        left = Attempt(done.person, done.began - dt.timedelta(seconds=dice.uniform(600, 2 * _DAY)))
        if dice.random() < 0.7:
            left.at[IDENTITY] = _later(left.began, dice, 30, 300)
        return [left]
    return []


def _unused(began: dt.datetime, now: dt.datetime, dice: random.Random) -> Attempt:
    """Draw a stranger who has or had a temporary account and asked for nothing."""
    found = Attempt(None, began)
    _until_account(found, dice)
    found.reminders = _reminders(found, now)
    return found


def _waiting(now: dt.datetime, dice: random.Random) -> Attempt:
    """Draw a stranger whose refusal waits for a decision."""
    began = now - dt.timedelta(seconds=dice.expovariate(1 / (6 * _DAY)) + 600)
    return Attempt(None, began, {REFUSED: began}, causes.NC_NOT_IN_HR)


def _until_account(found: Attempt, dice: random.Random) -> dt.datetime:
    found.at[IDENTITY] = _later(found.began, dice, 30, 6 * _MINUTE)
    found.at[MOBILE] = _later(found.at[IDENTITY], dice, _MINUTE, 20 * _MINUTE)
    found.at[TEMPORARY] = _later(found.at[MOBILE], dice, 2, 90)
    return found.at[TEMPORARY]


def _reminders(found: Attempt, until: dt.datetime) -> list[tuple[int, dt.datetime]]:
    due = ((stage, found.ends - dt.timedelta(days=stage)) for stage in _STAGES)
    return [(stage, moment) for stage, moment in due if moment < until]


def _later(moment: dt.datetime, dice: random.Random, least: float, most: float) -> dt.datetime:
    return moment + dt.timedelta(seconds=dice.triangular(least, most, least + (most - least) / 5))
