"""What the desk switched off, or on again."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Moment, Short, Text


class Switch(Base):
    """One switch; see services.switches. ``reason``: why it was last moved."""

    __tablename__ = "switch"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    is_on: Mapped[bool]
    reason: Mapped[Text] = mapped_column(default="")
    set_at: Mapped[Moment]
    set_by: Mapped[Short]
