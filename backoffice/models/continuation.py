"""Links by which a person goes on with a registration that the desk or a new file of HR has repaired."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short


class Continuation(Base):
    """One link for one registration, until ``expires_at`` or ``ended_at``. Only the hash of its token is stored."""

    __tablename__ = "continuation"

    id: Mapped[Id]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    def __repr__(self) -> str:
        return f"<Continuation {self.id}>"
