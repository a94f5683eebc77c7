"""Which reminders of HR and IT went out, so that each goes once."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short


class Escalation(Base):
    """One stage of one deadline of what waits. ``mails``: to how many addresses; ``party``: who was reminded.

    ``subject``: a request, a wish for a correction or a case, as the trail names it.
    """

    __tablename__ = "escalation"

    id: Mapped[Id]
    subject: Mapped[Short]
    party: Mapped[Short]
    due_at: Mapped[Moment]
    stage: Mapped[int]
    mails: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment]

    __table_args__ = (sa.UniqueConstraint("subject", "party", "due_at", "stage"),)
