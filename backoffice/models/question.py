"""Questions to the HR liaison of a source."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Name, Short, Text


class Question(Base):
    """Did this person leave, or is he still here? About a linked account without a row in its source.

    ``answer``: left, here, later (cannot be said yet), "" while it is open. ``about``: situation and moment, as for
    the warning that may follow. ``closed_at``: the row came back before there was an answer.
    """

    __tablename__ = "question"

    id: Mapped[Id]
    source: Mapped[Short] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    entry_uuid: Mapped[Short] = mapped_column(index=True)
    dn: Mapped[Name]
    about: Mapped[Name]
    operation_id: Mapped[int] = mapped_column(sa.ForeignKey("operation.id"), unique=True)
    asked_at: Mapped[Moment]
    asked_by: Mapped[Short]
    answer: Mapped[Short] = mapped_column(default="")
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[Short] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    closed_at: Mapped[Moment | None]
