"""Reminding the holders of temporary accounts that they end, by hand of the desk. Source: mission S37, S43."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.extensions import db
from backoffice.models import Account, Message
from backoffice.models.message import MAIL, SMS, STANDING
from backoffice.rules import jalali
from backoffice.rules.account_states import TEMPORARY
from backoffice.rules.deadlines import day_of
from backoffice.services import audit, messages
from backoffice.services.account_operations import subject_of
from backoffice.services.message_texts import TEMPORARY_ENDS, TEMPORARY_OVER, support_params
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings


def may_remind(account: Account) -> bool:
    """Say whether there is an end to remind of, and an address."""
    return account.state == TEMPORARY and account.expires_at is not None and bool(_addresses(account))


def remind(
    session: Session,
    account: Account,
    *,
    reason: str,
    actor: str,
    settings: Settings,
    template: str = TEMPORARY_ENDS,
    channels: Collection[str] = (SMS, MAIL),
) -> list[int]:
    """Queue messages to the holder in the caller's transaction; give the ids of their operations."""
    assert account.expires_at is not None
    day = day_of(account.expires_at, settings.timezone)
    params = {
        "date": jalali.shown(day, account.language), "url": f"{settings.url}/profile/",
        "until": jalali.shown(day + dt.timedelta(days=settings.policy.grace_days), account.language),
        **support_params(settings, account.language),
    }  # fmt: skip
    queued = []
    for channel, address in _addresses(account):
        if channel not in channels:
            continue
        draft = Draft(
            channel, address, template, account.language, params, person_id=account.person_id,
            entry_uuid=account.entry_uuid, about=f"{template}:{day.isoformat()}",
        )  # fmt: skip
        queued.append(messages.put(draft, Reason(actor, account.source or None), settings).operation_id)
    after = {"operations": queued}
    audit.record("account:temporary:reminded", subject_of(account.id), actor=actor, reason=reason, after=after)
    session.flush()
    return queued


def sent_to(person_ids: Collection[int]) -> dict[int, int]:
    """Give person id -> number of reminders that left or are about to."""
    counted = (
        sa.select(Message.person_id, sa.func.count())
        .where(
            Message.person_id.in_(person_ids),
            Message.template.in_((TEMPORARY_ENDS, TEMPORARY_OVER)),
            Message.state.in_(STANDING),
        )
        .group_by(Message.person_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted) if row[0] is not None}


def _addresses(account: Account) -> list[tuple[str, str]]:
    given = ((SMS, account.mobile), (MAIL, account.personal_email))
    return [(channel, address) for channel, address in given if address]
