"""Codes that prove a mobile, and the counters that keep guessing and flooding away."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short


class OneTimeCode(Base):
    """One code for one purpose of one subject; of several only the newest counts. Only its keyed hash is stored.

    ``expires_at`` is set when the gateway has taken the message: the life of a code that waited begins then.
    ``person_key`` names whom it is for (kind of code and code, ``national:…``). Without a message it never left.
    """

    __tablename__ = "one_time_code"

    id: Mapped[Id]
    purpose: Mapped[Short]
    subject: Mapped[Short]
    mobile: Mapped[Short]
    person_key: Mapped[Short] = mapped_column(default="", server_default="")
    language: Mapped[Short] = mapped_column(default="fa", server_default="fa")
    code_hash: Mapped[Short]
    tries: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"), index=True)
    asked_at: Mapped[Moment] = mapped_column(index=True)
    expires_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]

    __table_args__ = (sa.Index("ix_one_time_code_newest", "purpose", "subject", "id"),)

    def __repr__(self) -> str:
        return f"<OneTimeCode {self.id} {self.purpose}>"


class RateCount(Base):
    """How often something happened in the running window. ``subject``: what is counted, and a hash of for whom."""

    __tablename__ = "rate_count"

    subject: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    window_ends: Mapped[Moment] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)
