"""Intents written down before anything outside our database is touched."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, Short, Text

PENDING, RUNNING, UNKNOWN, DONE, PARKED = "pending", "running", "unknown", "done", "parked"
OPEN = (PENDING, RUNNING, UNKNOWN)
# How a finished operation ended: made by us, found as it should be, entry changed since, refused, given up.
MADE, ALREADY, STALE, FAILED = "done", "already", "stale", "failed"


class Operation(Base):
    """One change to the outside world. ``state``: pending, running, unknown, done or parked.

    ``outcome`` of a finished one: done, already, stale, failed or parked. ``changes`` and ``version`` are what was
    made of the entry and its version after that: the stored inverse. Higher ``priority`` goes first: somebody waits.
    ``secret``: sealed values that are erased at the end. ``detail`` is a message id that ``values`` fill.
    """

    __tablename__ = "operation"

    id: Mapped[Id]
    kind: Mapped[Short]
    subject: Mapped[Name] = mapped_column(index=True)
    source: Mapped[Short | None]
    directory: Mapped[Short]
    desired: Mapped[JsonObject]
    state: Mapped[Short]
    outcome: Mapped[Short] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    fence: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    secret: Mapped[Text] = mapped_column(default="", server_default="")
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"), index=True)
    planned_action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("planned_action.id"), index=True)
    undo_of: Mapped[int | None] = mapped_column(sa.ForeignKey("operation.id"), index=True)
    changes: Mapped[JsonList] = mapped_column(default=list)
    version: Mapped[Name] = mapped_column(default="")
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)
    requested_by: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]

    __table_args__ = (sa.Index("ix_operation_due", "state", "not_before"),)
