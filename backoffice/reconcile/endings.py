"""What the end of somebody's time leads to now: a question to HR, a warning, disabling, or nothing yet.

LEAVER, and ON_LEAVE where the policy disables: the person is warned once for each end, and the account is disabled on
the later of the policy's day and three days after the warning was delivered. MISSING: HR is asked first; the person is
warned when HR says "left", or has not answered for a week, and the account is disabled thirty days after that warning
was delivered. HR's "here" and "later" stop this for a while. DECEASED: disabled at once. An exception that says "not
entitled": warned once, and disabled three days after the warning was delivered.

Source: reconciliation.md "Situations" and principle 6.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backoffice.reconcile.inputs import Record, SourceInput, World
from backoffice.reconcile.overrides import Ruled
from backoffice.rules import fields
from backoffice.rules import situations as s
from backoffice.rules.leavers import (
    MISSING_WARNED_DAYS,
    WARNED_DAYS,
    Ending,
    grace_days,
    has_left,
    is_overdue,
    is_to_be_asked,
    lock_day,
    may_disable,
)


@dataclass(frozen=True)
class Subject:
    """Whom a finding is about: HR's row, the one entry, the stored link, an exception; each may be absent."""

    hr: Record | None
    entry: Record | None
    link: Record | None
    ruled: Ruled | None = None


@dataclass(frozen=True)
class Step:
    """The kind of action that is due now, "" for none, and the ending it belongs to."""

    kind: str = ""
    ending: Ending | None = None

    def evidence(self, world: World) -> dict[str, str | int]:
        """Give what is kept with the finding, {} where there is no ending; days as ISO dates."""
        if self.ending is None:
            return {}
        return {
            "about": self.ending.about,
            "due": self.ending.due.isoformat(),
            "warned_days": self.ending.warned_days,
            "lock_on": lock_day(self.ending, world.today).isoformat(),
        }


NOTHING = Step()


def next_step(situation: str, source: SourceInput, subject: Subject, world: World) -> Step:
    """Give what is to be done now about an enabled account in this situation."""
    if situation == s.DECEASED:
        return Step(s.DISABLE)
    if situation == s.MISSING:
        return _missing(source, subject, world)
    ending = _ending(situation, source, subject, world)
    return _warned_first(ending, subject, world) if ending else NOTHING


def _ending(situation: str, source: SourceInput, subject: Subject, world: World) -> Ending | None:
    hr = subject.hr or {}
    if situation == s.LEAVER:
        days = grace_days(world.policy.leaver, hr["person_kind"], hr["status_word"])
        return None if days is None else _after(s.LEAVER, hr[fields.END_DATE], days, source, subject, world)
    if situation == s.ON_LEAVE and world.policy.on_leave == "disable":
        return _after(s.ON_LEAVE, "", 0, source, subject, world)
    if situation == s.OVERRIDDEN and subject.ruled and subject.ruled.entitlement:
        override = subject.ruled.entitlement
        return Ending(s.OVERRIDDEN, f"{s.OVERRIDDEN}:{override.id}", override.since, WARNED_DAYS)
    return None


def _after(
    situation: str, end_date: str, days: int, source: SourceInput, subject: Subject, world: World
) -> Ending:  # fmt: skip
    """Count the days from the end date, or from the first snapshot that says so."""
    if end_date:
        return Ending(situation, f"{situation}:{end_date}", _plus(dt.date.fromisoformat(end_date), days), WARNED_DAYS)
    since = _since(situation, source, subject, world)
    return Ending(situation, _about(situation, since), _plus(_day(since, world), days), WARNED_DAYS)


def _since(situation: str, source: SourceInput, subject: Subject, world: World) -> dt.datetime:
    link = subject.link or {}
    known = link["away_since"] if link.get("away_as") == situation else None
    found: dt.datetime = known or source.accepted_at or world.now
    return found


def _missing(source: SourceInput, subject: Subject, world: World) -> Step:
    since = subject.link["missing_since"] if subject.link else None
    if since is None or not is_overdue(since, source.confirmed_at, world.now):
        return NOTHING
    about = _about(s.MISSING, since)
    asked = world.told.questions.get((_uuid(subject), about))
    ending = Ending(s.MISSING, about, _day(since, world), MISSING_WARNED_DAYS)
    if is_to_be_asked(asked, world.now):
        return Step(s.ASK_HR, ending)
    return _warned_first(ending, subject, world) if has_left(asked, world.now) else Step("", ending)


def _warned_first(ending: Ending, subject: Subject, world: World) -> Step:
    warned = world.told.warnings.get((_uuid(subject), ending.about))
    if warned is None:
        return Step(s.WARN, ending)
    return Step(s.DISABLE if may_disable(ending, warned, world.now, world.today) else "", ending)


def _uuid(subject: Subject) -> str:
    return str(subject.entry["entry_uuid"]) if subject.entry else ""


def _about(situation: str, since: dt.datetime) -> str:
    return f"{situation}:{since.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(moment: dt.datetime, world: World) -> dt.date:
    return moment.astimezone(ZoneInfo(world.timezone)).date()


def _plus(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)
