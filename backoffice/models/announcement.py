"""New colleagues that HR announces before the export has them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Name, SearchKey, Short


class Announcement(Base):
    """One new colleague of one source. It counts like a row of HR until ``until`` or until HR's own row is there.

    Dates are ISO. Source: mission S63.
    """

    __tablename__ = "announcement"

    id: Mapped[Id]
    source: Mapped[Short] = mapped_column(index=True)
    id_type: Mapped[Short] = mapped_column(default="national")
    national_code: Mapped[SearchKey] = mapped_column(index=True)
    first_name: Mapped[Name]
    last_name: Mapped[Name]
    father_name: Mapped[Name] = mapped_column(default="")
    birth_date: Mapped[Short]
    start_date: Mapped[Short] = mapped_column(default="")
    mobile: Mapped[Short] = mapped_column(default="")
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"), index=True)
    created_by: Mapped[Short]
    created_at: Mapped[Moment]
    until: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[Short] = mapped_column(default="")
