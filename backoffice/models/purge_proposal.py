"""Temporary accounts that ended long ago and may be deleted, if a person says so."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short, Text

PROPOSED, CONFIRMED, KEPT, DONE = "proposed", "confirmed", "kept", "done"


class PurgeProposal(Base):
    """One end of one account. ``state``: proposed, confirmed (the directory follows), kept (not asked again), done."""

    __tablename__ = "purge_proposal"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    expires_at: Mapped[Moment]
    state: Mapped[Short] = mapped_column(index=True)
    proposed_at: Mapped[Moment]
    decided_by: Mapped[Short] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    reason: Mapped[Text] = mapped_column(default="")

    __table_args__ = (sa.UniqueConstraint("account_id", "expires_at"),)
