"""Which reminders of HR and IT went out, so that each goes once."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short


class Escalation(Base):
    """One stage of one deadline of one request. ``party``: who was reminded; ``mails``: to how many addresses."""

    __tablename__ = "escalation"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("permanent_request.id"))
    party: Mapped[Short]
    due_at: Mapped[Moment]
    stage: Mapped[int]
    mails: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment]

    __table_args__ = (sa.UniqueConstraint("request_id", "party", "due_at", "stage"),)
