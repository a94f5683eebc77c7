"""Which reminders of the end of an account went out, so that each goes once whatever happens to worker and clock."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short

MISSED, ASKED, UNREACHABLE = "missed", "asked", "unreachable"


class Reminder(Base):
    """One stage of one end of one account. ``sent``: whether it was put into the queue.

    ``why``: why it was not: its day was missed and a later one went, the permanent account was asked for, or messages
    could not be delivered. ``sms_id``, ``mail_id``: the messages.
    """

    __tablename__ = "reminder"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    expires_at: Mapped[Moment]
    stage: Mapped[int]
    sent: Mapped[bool]
    why: Mapped[Short] = mapped_column(default="", server_default="")
    sms_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    mail_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    at: Mapped[Moment]

    __table_args__ = (sa.UniqueConstraint("account_id", "expires_at", "stage"),)
