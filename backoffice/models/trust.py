"""Trust levels that were set on the desk; they win over settings."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Moment, Short


class TrustLevel(Base):
    """How far one kind of change is trusted, for one source or ("") for all."""

    __tablename__ = "trust_level"

    kind: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(64), primary_key=True, default="")
    level: Mapped[Short]
    set_at: Mapped[Moment]
    set_by: Mapped[Short]
