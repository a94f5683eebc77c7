"""Days on which the university does not work, as the desk keeps them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Moment, Name, Short


class Holiday(Base):
    """One day (ISO). ``is_free`` False: a day of ``[policy] holidays`` that the desk struck out."""

    __tablename__ = "holiday"

    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    words: Mapped[Name] = mapped_column(default="")
    is_free: Mapped[bool] = mapped_column(default=True)
    set_at: Mapped[Moment]
    set_by: Mapped[Short]
