"""Weeks of reminders and ends, whatever happens to the worker and to the clock.

The clock jumps five times, both ways, for three days there is no worker, and the worker is killed at work. make soak
has 1,000 accounts, forty-five days and twenty deaths, on both databases.
"""

import datetime as dt
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, JobRun, Message, PermanentRequest, Reminder
from backoffice.rules.deadlines import end_of_day
from backoffice.rules.reminders import WITH_SMS
from backoffice.services import audit
from tests.factories import make_account
from tests.jobs.lives import Lives

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
ACCOUNTS, DAYS, RESTARTS, DATABASES = (1000, 45, 20, ["sqlite", "postgresql"]) if SOAK else (12, 24, 5, ["sqlite"])
# The days on which accounts end, counted from the first.
FIRST_END, ENDS = (5, 30) if SOAK else (3, 12)
# How long a killed worker lives at most, so that it dies anywhere in its work.
LONGEST_LIFE = 2 if SOAK else 0.03
STAGES = (21, 14, 7, 3, 1, 0, -3)
TEHRAN = ZoneInfo("Asia/Tehran")
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
GRACE = 14 * DAY
BEGIN = dt.datetime(2026, 11, 1, 12, 30, tzinfo=TEHRAN)
STEPS = range(2 * DAYS)
OUTAGE = range(DAYS, DAYS + 6)
JUMPS = (-36 * HOUR, 61 * HOUR, -5 * HOUR, 24 * HOUR, -84 * HOUR)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@dataclass
class Expected:
    """What is to come of the moments at which a worker was at work, reckoned without our rules."""

    ends: dict[int, dt.datetime]
    sent: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    expired: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    def look(self, moment: dt.datetime) -> None:
        self.expired |= {number for number, end in self.ends.items() if end < moment}
        if 8 <= moment.astimezone(TEHRAN).hour < 21:
            for number in self.ends.keys() - self.asked:
                self._remind(number, moment)

    def _remind(self, number: int, moment: dt.datetime) -> None:
        end = self.ends[number]
        days = (end.astimezone(TEHRAN).date() - moment.astimezone(TEHRAN).date()).days
        reached = [stage for stage in STAGES if days <= stage]
        if reached and end > moment - GRACE and min(reached) < min(self.sent[number], default=99):
            self.sent[number].append(min(reached))


def moments(ends: dict[int, dt.datetime], random: Random) -> Iterator[tuple[int, dt.datetime]]:
    """Give the steps: past noon and midnight as the clock goes, the last second of every other end or the next one."""
    jumps = dict(zip(random.sample(STEPS, len(JUMPS)), JUMPS, strict=True))
    shift, before = dt.timedelta(), BEGIN
    for step in STEPS:
        now = BEGIN + step * DAY / 2 + shift
        for number, end in enumerate(sorted(set(ends.values()))):
            if before < end < now:
                yield step, end + number % 2 * SECOND
        yield step, now
        shift += jumps.get(step, dt.timedelta())
        before = now + jumps.get(step, dt.timedelta())


def file_requests(accounts: set[int]) -> None:
    """Let people ask for the permanent account."""
    with writing() as session:
        session.add_all(
            PermanentRequest(
                tracking_code=f"T{number}", account_id=number, state="waiting_source", username=f"p{number}",
                created_at=BEGIN,
            ) for number in accounts
        )  # fmt: skip


def expired() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Account.id).where(Account.state == "expired")))


@pytest.fixture
def lives(app: Flask) -> Iterator[Lives]:
    begun = Lives(settings_of(app))
    yield begun
    begun.end()


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_each_stage_goes_out_once_and_each_account_ends_at_its_second(app: Flask, lives: Lives, tmp_path: Path) -> None:
    random, expected = Random(7), Expected({})  # noqa: S311 - the same deaths and jumps in each run
    for number in range(1, ACCOUNTS + 1):
        end = end_of_day((BEGIN + (FIRST_END + number % ENDS) * DAY).date(), "Asia/Tehran")
        expected.ends[make_account(number, expires_at=end)] = end
    plan = [(step, moment) for step, moment in moments(expected.ends, random) if step not in OUTAGE]
    deaths = set(random.sample(range(len(plan)), RESTARTS))
    asking = {account: random.choice(STEPS) for account in expected.ends if account % 5 == 0}
    for index, (step, moment) in enumerate(plan):
        new = {account for account, when in asking.items() if when <= step} - expected.asked
        file_requests(new)
        expected.asked |= new
        if index in deaths:
            lives.die_at(moment, random, LONGEST_LIFE)
        lives.look(moment)
        expected.look(moment)
        assert expired() == expected.expired
    assert sent() == {account: stages for account, stages in expected.sent.items() if stages}
    messages_are_those_of(sent())
    leave_once_and_never_at_night(tmp_path / "outbox")
    audit.verify()


def sent() -> dict[int, list[int]]:
    """Give account -> stages that went out, in their order."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for account_id, stage in db.session.execute(
        sa.select(Reminder.account_id, Reminder.stage).where(Reminder.sent).order_by(Reminder.id)
    ):
        found[account_id].append(stage)
    return dict(found)


def messages_are_those_of(stages: dict[int, list[int]]) -> None:
    """Everybody has one mail a stage, an SMS with some, one row of the trail; every end was noted once."""
    wanted = sa.select(Account.id, Message.channel).join(Message, Message.person_id == Account.person_id)
    found = Counter((account, channel) for account, channel in db.session.execute(wanted))
    mails = {(account, "mail"): len(those) for account, those in stages.items()}
    texts = {(account, "sms"): len(WITH_SMS.intersection(those)) for account, those in stages.items()}
    assert found == Counter(mails) + Counter(texts)
    acts = Counter(db.session.scalars(sa.select(AuditEntry.action)))
    assert acts["account:temporary:reminded"] == sum(mails.values())
    assert acts["account:temporary:expired"] == len(expired())
    assert not db.session.scalars(sa.select(Message.state).where(Message.state != "delivered")).all()
    assert set(db.session.scalars(sa.select(JobRun.status))) <= {"done", "abandoned"}


def leave_once_and_never_at_night(outbox: Path) -> None:
    """Every message left once, but for those whose worker was killed while it handed them over; no SMS at night."""
    texts, mails = (
        [json.loads(line) for line in (outbox / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("sms", "mail")
    )
    delivered = db.session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0
    assert delivered <= len(texts) + len(mails) <= delivered + RESTARTS
    hours = {dt.datetime.fromisoformat(text["sent_at"]).astimezone(TEHRAN).hour for text in texts}
    assert all(8 <= hour < 21 for hour in hours)
