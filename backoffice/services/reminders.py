"""Reminding people by themselves that their temporary account ends. By hand of the desk: ``account_reminders``.

Each stage of each end goes out once, also across restarts and days without a worker; nothing at night, nothing once
the permanent account is asked for. Source: mission S37.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, Message, PermanentRequest, Reminder
from backoffice.models.message import FAILED, MAIL, SMS
from backoffice.models.reminder import ASKED, MISSED, UNREACHABLE
from backoffice.rules import request_states
from backoffice.rules.account_states import EXPIRED, TEMPORARY
from backoffice.rules.quiet import next_allowed
from backoffice.rules.reminders import MOST_FAILURES, Due, due
from backoffice.services import account_reminders
from backoffice.services.message_texts import TEMPORARY_ENDS, TEMPORARY_OVER
from backoffice.services.rows import add_if_missing
from backoffice.settings import Settings

ACTOR = "job:remind"
_REASON = "S37"
_DAY = dt.timedelta(days=1)


def is_night(settings: Settings) -> bool:
    """Say whether these are hours in which nobody is reminded."""
    now, policy = clock.now(), settings.policy
    return next_allowed(now, policy.quiet_from, policy.quiet_to, settings.timezone) != now


def candidates(settings: Settings) -> list[int]:
    """Give the accounts whose end is near or not long ago, those that end first at the top."""
    now, stages = clock.now(), settings.policy.reminder_days
    if not stages:
        return []
    soon, late = now + (max(stages) + 1) * _DAY, now - settings.policy.grace_days * _DAY
    wanted = sa.select(Account.id).where(
        Account.state.in_((TEMPORARY, EXPIRED)), Account.expires_at > late, Account.expires_at < soon
    )
    return list(db.session.scalars(wanted.order_by(Account.expires_at, Account.id)))


def remind_all(settings: Settings) -> int:
    """Send what is due to everybody; give how many were reminded."""
    return sum(remind(account_id, settings) for account_id in candidates(settings))


def remind(account_id: int, settings: Settings) -> bool:
    """Send what is due to one person; say whether anything was. What is not sent is noted with the reason."""
    with writing() as session:
        account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
        found = _due(session, account, settings) if account else None
        if account is None or found is None:
            return False
        if why := _why_not(session, account):
            _suppress(session, account, found.stage, why)
            return False
        row = _noted(session, account, found)
        template = TEMPORARY_OVER if found.stage < 0 else TEMPORARY_ENDS
        channels = (SMS, MAIL) if found.has_sms else (MAIL,)
        queued = account_reminders.remind(
            session, account, reason=_REASON, actor=ACTOR, settings=settings, template=template, channels=channels
        )
        _keep_messages(session, row, queued)
        return True


def _due(session: Session, account: Account, settings: Settings) -> Due | None:
    if account.state not in (TEMPORARY, EXPIRED) or account.expires_at is None:
        return None
    done = sa.select(Reminder.stage).where(
        Reminder.account_id == account.id, Reminder.expires_at == account.expires_at,
        Reminder.sent | (Reminder.why == MISSED),
    )  # fmt: skip
    policy = settings.policy
    return due(account.expires_at, clock.now(), policy.reminder_days, session.scalars(done).all(), settings.timezone)


def _why_not(session: Session, account: Account) -> str:
    """Give why nobody is written to, "" where nothing stands against it."""
    asked = sa.select(sa.literal(1)).where(Account.id == account.id, _has_asked())
    if session.scalar(asked):
        return ASKED
    return UNREACHABLE if _is_unreachable(session, account) else ""


def _suppress(session: Session, account: Account, stage: int, why: str) -> None:
    """Note once that a stage was reached and is not sent; it is after all once the reason is gone."""
    add_if_missing(session, Reminder, {**_key(account, stage), "at": clock.now(), "sent": False, "why": why})


def _noted(session: Session, account: Account, found: Due) -> Reminder:
    """Write down what is sent and what is not sent any more; give the row of what is. The account is ours alone."""
    now = clock.now()
    for stage in found.missed:
        _suppress(session, account, stage, MISSED)
    session.execute(
        sa.update(Reminder)
        .where(Reminder.account_id == account.id, Reminder.expires_at == account.expires_at)
        .where(Reminder.stage.in_(found.missed))
        .values(why=MISSED)
    )
    row = session.scalar(sa.select(Reminder).filter_by(**_key(account, found.stage)))
    row = row or Reminder(**_key(account, found.stage))
    row.sent, row.why, row.at = True, "", now
    session.add(row)
    session.flush()
    return row


def _keep_messages(session: Session, row: Reminder, operations: Collection[int]) -> None:
    of_these = sa.select(Message.channel, Message.id).where(Message.operation_id.in_(operations))
    for channel, number in session.execute(of_these):
        if channel == SMS:
            row.sms_id = number
        else:
            row.mail_id = number


def _key(account: Account, stage: int) -> dict[str, Any]:
    return {"account_id": account.id, "expires_at": account.expires_at, "stage": stage}


def _has_asked() -> sa.ColumnElement[bool]:
    """Say of an account whether its permanent one is asked for."""
    living = PermanentRequest.state.in_(request_states.LIVE)
    return sa.exists().where(PermanentRequest.account_id == Account.id, living)


def _is_unreachable(session: Session, account: Account) -> bool:
    """Say whether the last messages about an end could all not be delivered."""
    last = (
        sa.select(Message.state)
        .where(Message.person_id == account.person_id, Message.template.in_((TEMPORARY_ENDS, TEMPORARY_OVER)))
        .order_by(Message.id.desc())
        .limit(MOST_FAILURES)
    )
    states = session.scalars(last).all()
    return len(states) == MOST_FAILURES and set(states) == {FAILED}
