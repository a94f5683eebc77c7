"""What became of the reminders of ends: delivered, on the way, failed, or not sent and why. Source: mission S37."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice.extensions import db
from backoffice.models import Account, Message, Person, Reminder
from backoffice.models.message import DELIVERED, FAILED, QUEUED, WITHDRAWN
from backoffice.services.paging import Page

ARRIVED, UNDER_WAY, NOT_DELIVERED, SUPPRESSED = "arrived", "under_way", "not_delivered", "suppressed"
# It was sent, and no message of it is known (any more).
SENT = "sent"
RESULTS = (ARRIVED, UNDER_WAY, NOT_DELIVERED, SENT, SUPPRESSED)
_Sms, _Mail = aliased(Message), aliased(Message)


@dataclass(frozen=True)
class Line:
    """One stage of one account. ``result``: one of RESULTS; ``sms``, ``mail``: states of the messages, "" for none."""

    reminder: Reminder
    account: Account
    person: Person
    sms: str
    mail: str

    @property
    def result(self) -> str:
        """How it ended: one message that arrived is enough."""
        if not self.reminder.sent:
            return SUPPRESSED
        if DELIVERED in (self.sms, self.mail):
            return ARRIVED
        if QUEUED in (self.sms, self.mail):
            return UNDER_WAY
        return NOT_DELIVERED if {FAILED, WITHDRAWN} & {self.sms, self.mail} else SENT


def page(result: str, stage: int | None, number: int, size: int) -> Page[Line]:
    """Give one page of those with this result ("" for all) and stage (None for all), the newest first."""
    conditions = [_is(result)] if result else []
    if stage is not None:
        conditions.append(Reminder.stage == stage)
    counted = _joined(sa.select(sa.func.count()).select_from(Reminder)).where(*conditions)
    total = db.session.scalar(counted) or 0
    number = min(number, max(0, (total - 1) // size))
    rows = _rows().where(*conditions).order_by(Reminder.at.desc(), Reminder.id.desc())
    return Page(_lines(rows.limit(size).offset(number * size)), total, number, size)


def of_account(account_id: int) -> Sequence[Line]:
    """Give what one account was, and was not, reminded of, the newest first."""
    return _lines(_rows().where(Reminder.account_id == account_id).order_by(Reminder.at.desc(), Reminder.id.desc()))


def stages() -> list[int]:
    """Give the stages there are, the earliest first."""
    return sorted(db.session.scalars(sa.select(Reminder.stage).distinct()), reverse=True)


def _rows() -> Any:
    columns = sa.select(Reminder, Account, Person, _Sms.state, _Mail.state)
    return (
        _joined(columns).join(Account, Account.id == Reminder.account_id).join(Person, Person.id == Account.person_id)
    )


def _joined(question: Any) -> Any:
    return question.outerjoin(_Sms, _Sms.id == Reminder.sms_id).outerjoin(_Mail, _Mail.id == Reminder.mail_id)


def _is(result: str) -> sa.ColumnElement[bool]:
    arrived, queued, failed = _has(DELIVERED), _has(QUEUED), _has(FAILED, WITHDRAWN)
    return {
        ARRIVED: Reminder.sent & arrived, UNDER_WAY: Reminder.sent & ~arrived & queued,
        NOT_DELIVERED: Reminder.sent & ~arrived & ~queued & failed,
        SENT: Reminder.sent & ~arrived & ~queued & ~failed, SUPPRESSED: ~Reminder.sent,
    }[result]  # fmt: skip


def _has(*states: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.func.coalesce(message.state, "").in_(states) for message in (_Sms, _Mail)))


def _lines(rows: Any) -> list[Line]:
    found = db.session.execute(rows)
    return [Line(row, account, person, sms or "", mail or "") for row, account, person, sms, mail in found]
