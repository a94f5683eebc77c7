"""Desk logins, and the sessions of everybody who logs in."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, Short, Text


class Staff(Base):
    """A person who works at the desk: a local account, or one that a directory group admits.

    ``mail``: where reminders of late work go, "" for nowhere. ``digest``: wants the weekly figures; ``digest_week``:
    the week (its Saturday) whose mail was queued last.
    """

    __tablename__ = "staff"

    id: Mapped[Id]
    username: Mapped[Short] = mapped_column(unique=True)
    display_name: Mapped[Name] = mapped_column(default="")
    role: Mapped[Short]
    sources: Mapped[JsonList] = mapped_column(default=list)
    origin: Mapped[Short] = mapped_column(default="local")
    password_hash: Mapped[Text] = mapped_column(default="")
    totp_sealed: Mapped[Text] = mapped_column(default="")
    totp_last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]
    last_login_at: Mapped[Moment | None]
    mail: Mapped[Name] = mapped_column(default="", server_default="")
    digest: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    digest_week: Mapped[Short] = mapped_column(default="", server_default="")

    def __repr__(self) -> str:
        return f"<Staff {self.id} {self.role}>"


class WebSession(Base):
    """A server-side session; the cookie holds only a random token whose hash is the key here.

    Of a desk user (``staff_id``), of the holder of an account (``account_id``), or of nobody yet.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    data: Mapped[JsonObject] = mapped_column(default=dict)
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment] = mapped_column(index=True)
    fresh_at: Mapped[Moment | None]

    staff: Mapped[Staff | None] = relationship()


class LoginThrottle(Base):
    """Failed logins in a row of one name or one address, and until when the next try waits."""

    __tablename__ = "login_throttle"

    subject: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Moment | None]
    updated_at: Mapped[Moment]
