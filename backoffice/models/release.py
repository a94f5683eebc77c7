"""Releases of held rows: who said, of which rows of which plan, that they may be made all the same."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, Moment, Short, Text


class Release(Base):
    """One person's word for some held rows. ``rows``: the hashes of the rows; they count for ``plan_hash`` only."""

    __tablename__ = "release"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"), index=True)
    plan_hash: Mapped[Short] = mapped_column(index=True)
    rows: Mapped[JsonList]
    by: Mapped[Short]
    reason: Mapped[Text]
    at: Mapped[Moment]
