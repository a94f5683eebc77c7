"""The append-only, hash-chained record of what was done by whom."""

from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, Short, Text


class AuditEntry(Base):
    """One act. Rows are never changed or deleted: database triggers refuse both."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    at: Mapped[Moment] = mapped_column(index=True)
    actor: Mapped[Short] = mapped_column(index=True)
    action: Mapped[Short] = mapped_column(index=True)
    subject: Mapped[Name] = mapped_column(index=True)
    reason: Mapped[Text] = mapped_column(default="")
    before: Mapped[JsonObject] = mapped_column(default=dict)
    after: Mapped[JsonObject] = mapped_column(default=dict)
    previous_hash: Mapped[Short]
    hash: Mapped[Short] = mapped_column(unique=True)
