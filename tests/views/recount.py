"""The figures of the statistics page counted row by row in plain Python, as the page's own definitions say.

Nothing of services/figure* is used: a mistake there is not repeated here.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from persiantools.jdatetime import JalaliDate

from backoffice.extensions import db
from backoffice.models import Account, Case, HrRow, MailMove, PermanentRequest, Person, Registration, Reminder

ZONE = ZoneInfo("Asia/Tehran")
STEPS = ("started", "identity", "mobile", "temporary", "requested", "approved", "permanent", "moved")
Group = tuple[str, str]
EVERYBODY: Group = ("", "")
_PASSED_IDENTITY = {
    "identity_ok", "mobile_invalid", "waiting_owner", "otp_sent", "otp_verified", "temporary", "failed",
}  # fmt: skip


@dataclass
class Attempt:
    """One registration: when each step was passed, None where nobody noted it."""

    groups: dict[str, str]
    began: dt.datetime
    passed: dict[str, dt.datetime | None] = field(default_factory=dict)

    def took(self, step: str) -> int | None:
        """Whole seconds from the first form to a step."""
        moment = self.passed[step]
        return None if moment is None else max(0, int(moment.timestamp()) - int(self.began.timestamp()))


@dataclass
class Event:
    """Something that is counted: a case, an account, a move. ``at``: what its month or its class of days follows."""

    groups: dict[str, str]
    at: dt.datetime
    name: str = ""
    then: dt.datetime | None = None


@cache
def month(moment: dt.datetime) -> int:
    """The Jalali month in Tehran, year * 12 + month - 1."""
    day = JalaliDate(moment.astimezone(ZONE).date())  # type: ignore[no-untyped-call]
    return int(day.year * 12 + day.month - 1)


def of(rows: Iterable[Any], group: Group) -> list[Any]:
    return [row for row in rows if group == EVERYBODY or row.groups[group[0]] == group[1]]


class Recount:
    """Everything that is in the database, row by row."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.hr = self._hr()
        self.people = {row.id: row for row in db.session.scalars(sa.select(Person))}
        self.accounts = {row.id: row for row in db.session.scalars(sa.select(Account))}
        asked = list(db.session.scalars(sa.select(PermanentRequest).order_by(PermanentRequest.account_id)))
        self.requests = {key: list(rows) for key, rows in groupby(asked, lambda row: row.account_id)}
        self.moves = {row.request_id: row for row in db.session.scalars(sa.select(MailMove))}
        self.attempts = list(self._attempts())
        self.refused = [
            Event(self._said(row.national_code), row.opened_at, row.cause) for row in self._cases()
            if row.kind == "MISMATCH"
        ]  # fmt: skip
        self.open = [
            Event(self._said(row.national_code), row.opened_at) for row in self._cases()
            if row.state in ("new", "triage", "needs_info", "waiting_hr", "waiting_person")
        ]  # fmt: skip
        ends = [(row, row.expires_at) for row in self.accounts.values() if row.expires_at]
        self.over = [Event(self._of(row.id), at) for row, at in ends if at <= now and row.id not in self.requests]
        self.live = [Event(self._of(row.id), at) for row, at in ends if at > now and row.state == "temporary"]
        self.told = list(self._told())
        self.mail = [
            Event(self._of(request.account_id), now, self.moves[request.id].state)
            for request in asked if request.id in self.moves and self.moves[request.id].state != "cancelled"
        ]  # fmt: skip

    def _hr(self) -> dict[tuple[str, str], dict[str, str]]:
        """What the first row of each person says."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for row in db.session.scalars(sa.select(HrRow).order_by(HrRow.id)):
            names = ("unit", "employment_type", "person_type")
            found.setdefault((row.id_type, row.national_code), {name: row.values.get(name) or "" for name in names})
        return found

    def _said(self, code: str | None, id_type: str = "") -> dict[str, str]:
        either = (id_type,) if id_type else ("national", "foreign")
        known = [self.hr[kind, code] for kind in either if code and (kind, code) in self.hr]
        return known[0] if known else dict.fromkeys(("unit", "employment_type", "person_type"), "")

    def _of(self, account_id: int) -> dict[str, str]:
        person = self.people[self.accounts[account_id].person_id]
        return self._said(person.national_code, person.id_type)

    def _cases(self) -> Iterable[Case]:
        return db.session.scalars(sa.select(Case))

    def _attempts(self) -> Iterator[Attempt]:
        for row in db.session.scalars(sa.select(Registration)):
            if row.channel not in ("web", "counter", "intake"):
                continue
            one = Attempt(self._said(row.national_code, row.id_type), row.created_at)
            one.passed["started"] = None
            if row.identity_at or row.state in _PASSED_IDENTITY:
                one.passed["identity"] = row.identity_at
            if row.verified_at or row.state in ("otp_verified", "temporary", "failed"):
                one.passed["mobile"] = row.verified_at
            if row.account_id:
                self._later(one, row.account_id)
            yield one

    def _later(self, one: Attempt, account_id: int) -> None:
        if self.accounts[account_id].ready_at:
            one.passed["temporary"] = self.accounts[account_id].ready_at
        asked = self.requests.get(account_id, [])
        moves = [self.moves[row.id] for row in asked if row.id in self.moves]
        moments: dict[str, Sequence[dt.datetime | None]] = {
            "requested": [row.created_at for row in asked],
            "approved": [r.decided_at for r in asked if r.state in ("approved", "provisioning", "done", "failed")],
            "permanent": [row.finished_at for row in asked if row.state == "done"],
            "moved": [move.finished_at for move in moves if move.state == "done"],
        }
        for step, found in moments.items():
            if known := [each for each in found if each]:
                one.passed[step] = min(known)

    def _told(self) -> Iterator[Event]:
        """Who was reminded: when first, and when they asked after that."""
        sent = db.session.scalars(sa.select(Reminder).where(Reminder.sent).order_by(Reminder.account_id, Reminder.at))
        for account_id, reminders in groupby(sent, lambda row: row.account_id):
            first = next(reminders).at
            later = [row.created_at for row in self.requests.get(account_id, []) if row.created_at >= first]
            yield Event(self._of(account_id), first, then=min(later, default=None))

    def within(self, days: int, months: Callable[[int], bool], group: Group) -> tuple[int, int]:
        """Who began at least so many days ago, and who had the permanent account within so many days."""
        span = dt.timedelta(days=days)
        old = [one for one in of(self.attempts, group) if months(month(one.began)) and one.began <= self.now - span]
        took = [one.took("permanent") for one in old if "permanent" in one.passed]
        return len(old), sum(each is not None and each < days * 86400 for each in took)

    def acted(self, days: int, months: Callable[[int], bool], group: Group) -> tuple[int, int]:
        """Who was first reminded at least so many days ago, and who asked within so many days."""
        span = dt.timedelta(days=days)
        old = [each for each in of(self.told, group) if months(month(each.at)) and each.at <= self.now - span]
        return len(old), sum(each.then is not None and each.then - each.at < span for each in old)
