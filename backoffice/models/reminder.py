"""Which reminders of the end of an account went out, so that each goes once whatever happens to worker and clock."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment


class Reminder(Base):
    """One stage of one end of one account. ``sent``: whether it left, or its day was missed and a later one went."""

    __tablename__ = "reminder"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    expires_at: Mapped[Moment]
    stage: Mapped[int]
    sent: Mapped[bool]
    at: Mapped[Moment]

    __table_args__ = (sa.UniqueConstraint("account_id", "expires_at", "stage"),)
