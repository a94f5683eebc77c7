"""Noting in our register that accounts came to their end; the server enforces it by itself. Source: mission S38."""

import datetime as dt

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account
from backoffice.rules.account_states import EXPIRED, TEMPORARY
from backoffice.services import audit
from backoffice.services.account_operations import subject_of

BATCH = 200
_ACTOR = "job:expire"


def count_due() -> int:
    """Give how many accounts are over and not noted as such."""
    return db.session.scalar(sa.select(sa.func.count()).where(_is_over(clock.now()))) or 0


def expire_due() -> int:
    """Note the end of every temporary account that is over; give their number. Nothing is locked or deleted."""
    total = 0
    while done := _expire_some():
        total += done
    return total


def _expire_some() -> int:
    with writing() as session:
        due = sa.select(Account).where(_is_over(clock.now())).order_by(Account.id).limit(BATCH)
        found = session.scalars(due.with_for_update(skip_locked=True)).all()
        for account in found:
            account.state = EXPIRED
            after = {"state": EXPIRED, "expires_at": account.expires_at.isoformat() if account.expires_at else ""}
            audit.record(
                "account:temporary:expired", subject_of(account.id), actor=_ACTOR, before={"state": TEMPORARY},
                after=after,
            )  # fmt: skip
        return len(found)


def _is_over(now: dt.datetime) -> sa.ColumnElement[bool]:
    return (Account.state == TEMPORARY) & (Account.expires_at < now)
