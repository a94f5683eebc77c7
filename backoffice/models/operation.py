"""Intents written down before anything outside our database is touched."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, Short, Text


class Operation(Base):
    """One change to the outside world. ``state``: pending, running, unknown, done or parked."""

    __tablename__ = "operation"

    id: Mapped[Id]
    kind: Mapped[Short]
    subject: Mapped[Name] = mapped_column(index=True)
    source: Mapped[Short | None]
    directory: Mapped[Short]
    desired: Mapped[JsonObject]
    state: Mapped[Short]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    fence: Mapped[int] = mapped_column(default=0)
    planned_action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("planned_action.id"), index=True)
    detail: Mapped[Text] = mapped_column(default="")
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]

    __table_args__ = (sa.Index("ix_operation_due", "state", "not_before"),)
