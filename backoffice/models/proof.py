"""Proofs that disabling an account prevents its login."""

from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Short, Text


class DisablingProof(Base):
    """One try with the canary entry. ``method``: what was tried on which server; ``detail`` is a message id."""

    __tablename__ = "disabling_proof"

    id: Mapped[Id]
    directory: Mapped[Short]
    method: Mapped[Short]
    proved: Mapped[bool]
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)
    at: Mapped[Moment]
