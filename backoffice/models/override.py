"""Exceptions that a person answers for, each with a reason and an end."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Name, Short, Text


class Override(Base):
    """One exception for one person. ``kind``: identity, entitled, not_entitled, attribute or primary_row.

    ``field`` and ``value``: what is right, where the exception is about one field; both are "" otherwise, but for the
    mark of a primary row (rules.primary_row).
    ``until``: at most 60 days ahead. Source: reconciliation.md, OVERRIDDEN.
    """

    __tablename__ = "override"

    id: Mapped[Id]
    id_type: Mapped[Short]
    national_code: Mapped[Short] = mapped_column(index=True)
    kind: Mapped[Short]
    field: Mapped[Short] = mapped_column(default="")
    value: Mapped[Name] = mapped_column(default="")
    source: Mapped[Short] = mapped_column(default="")
    owner: Mapped[Short]
    reason: Mapped[Text]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    created_at: Mapped[Moment]
    until: Mapped[Moment] = mapped_column(index=True)
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[Text] = mapped_column(default="")
