"""Weeks of reminders: each stage once, none at night, none after a request, again after an extension."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Message, PermanentRequest, Reminder
from backoffice.rules.deadlines import end_of_day
from backoffice.services import account_acts, account_expiry, jobs, permanent_requests
from backoffice.services.permanent_requests import Wanted
from tests.factories import make_account

STAGES = [21, 14, 7, 3, 1, 0, -3]
DAY = dt.timedelta(days=1)
NOON = clock.now().replace(hour=8, minute=30, second=0, microsecond=0) + DAY
At = Callable[[dt.datetime], None]


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture
def at(app: Flask, tmp_path: Path) -> At:
    """Set the clock."""
    file, began = tmp_path / "clock", clock.now()
    clock.use_offset_file(file)

    def set_to(moment: dt.datetime) -> None:
        file.write_text(str((moment - began).total_seconds()), "ascii")

    return set_to


def end_in(days: int) -> dt.datetime:
    return end_of_day((NOON + days * DAY).date(), "Asia/Tehran")


def run(app: Flask, job: str = "remind") -> None:
    jobs.run_now(job, actor="tester", settings=settings_of(app), dry_run=False)
    db.session.rollback()


def sent(account_id: int) -> list[int]:
    rows = sa.select(Reminder.stage).where(Reminder.account_id == account_id, Reminder.sent.is_(True))
    return list(db.session.scalars(rows.order_by(Reminder.id)))


def channels(template: str = "temporary_ends") -> Counter[str]:
    return Counter(db.session.scalars(sa.select(Message.channel).where(Message.template == template)))


def test_every_stage_goes_out_once_and_an_sms_with_three_of_them(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(25))
    for days in sorted(day for stage in STAGES for day in (25 - stage, 26 - stage)):
        at(NOON + days * DAY)
        run(app)
        run(app)
        account_expiry.expire_due()
    assert sent(account_id) == STAGES
    assert channels() == {"mail": 6, "sms": 3}
    assert channels("temporary_over") == {"mail": 1}


def test_nothing_happens_at_night(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(7))
    for hour in (21, 23, 3, 7):
        at(dt.datetime.combine(NOON.date(), dt.time(hour), dt.timezone(dt.timedelta(hours=3, minutes=30))))
        run(app)
    assert sent(account_id) == []


def test_after_days_without_a_worker_only_the_most_urgent_goes_out(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(25))
    at(NOON + 4 * DAY)
    run(app)
    at(NOON + 23 * DAY)
    run(app)
    assert sent(account_id) == [21, 3]
    at(NOON + 15 * DAY)
    run(app)
    assert sent(account_id) == [21, 3]


def test_none_once_the_permanent_account_is_asked_for_and_again_when_that_was_refused(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(7))
    at(NOON)
    with writing() as session:
        request = PermanentRequest(
            tracking_code="7KQ2-M9XD", account_id=account_id, state="needs_review", username="m.karimi",
            created_at=clock.now(),
        )  # fmt: skip
        session.add(request)
    run(app)
    assert sent(account_id) == []
    with writing() as session:
        session.execute(sa.update(PermanentRequest).values(state="rejected"))
    run(app)
    assert sent(account_id) == [7]


def test_a_reminder_that_has_not_left_yet_is_withdrawn_when_the_permanent_account_is_asked_for(
    app: Flask, at: At
) -> None:
    account_id, other = make_account(1, expires_at=end_in(3)), make_account(2, expires_at=end_in(3))
    at(NOON)
    run(app)
    wanted = Wanted(had_mailbox="no", preferred_name="m.karimi")
    permanent_requests.submit(account_id, wanted, address="127.0.0.1", settings=settings_of(app))
    person = sa.select(Account.person_id).where(Account.id == other).scalar_subquery()
    withdrawn = sa.select(Message.state, Message.person_id == person).order_by(Message.id)
    assert [tuple(row) for row in db.session.execute(withdrawn)] == [("withdrawn", False)] * 2 + [("queued", True)] * 2


def test_after_an_extension_all_begins_anew(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(3))
    at(NOON)
    run(app)
    account_acts.extend(account_id, days=10, reason="ill", actor="amiri", settings=settings_of(app))
    at(NOON + DAY)
    run(app)
    at(NOON + 13 * DAY)
    run(app)
    assert sent(account_id) == [3, 14, 0]


def test_who_could_not_be_reached_three_times_is_left_alone(app: Flask, at: At) -> None:
    account_id = make_account(1, expires_at=end_in(14))
    at(NOON)
    run(app)
    at(NOON + 7 * DAY)
    run(app)
    with writing() as session:
        session.execute(sa.update(Message).values(state="failed"))
    at(NOON + 11 * DAY)
    run(app)
    assert sent(account_id) == [14, 7]
