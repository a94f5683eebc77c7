"""What the three-way check found: register, directory and operations do not say the same."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, Short, Text


class Discrepancy(Base):
    """One difference, from the first check that saw it until one that does not. ``detail`` is a message id."""

    __tablename__ = "discrepancy"

    id: Mapped[Id]
    kind: Mapped[Short] = mapped_column(index=True)
    directory: Mapped[Short]
    subject: Mapped[Name]
    dn: Mapped[Name] = mapped_column(default="")
    username: Mapped[Name] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    operation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("operation.id"), index=True)
    detail: Mapped[Text]
    values: Mapped[JsonObject] = mapped_column(default=dict)
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    gone_at: Mapped[Moment | None] = mapped_column(index=True)
