"""What the desk did to many accounts at once, and what came of it for each."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Short, Text


class AccountBatch(Base):
    """One act on chosen accounts. ``act``: remind, extend, lock, purge or keep; ``days`` of an extension, else 0.

    ``waits_until``: until when a second person may release it; None where it took one person only.
    """

    __tablename__ = "account_batch"

    id: Mapped[Id]
    act: Mapped[Short]
    days: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Text] = mapped_column(default="")
    requested_by: Mapped[Short]
    created_at: Mapped[Moment]
    waits_until: Mapped[Moment | None]
    released_by: Mapped[Short] = mapped_column(default="", server_default="")
    released_at: Mapped[Moment | None]


class AccountBatchRow(Base):
    """One account of it. ``detail``: a message id that ``values`` fill where it was left out, else "".

    ``operations``: the ids of what was queued for it; how they ended is how the row ended.
    """

    __tablename__ = "account_batch_row"

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("account_batch.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)
    operations: Mapped[JsonList] = mapped_column(default=list)
