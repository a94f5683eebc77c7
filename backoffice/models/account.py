"""Accounts that this office made or takes care of, from the temporary one on."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, SearchKey, Short, Text


class Account(Base):
    """One account of one person. ``state``: see rules.account_states.

    ``expires_at``: the last second it is valid, None for a permanent one. ``entry_uuid`` and ``dn`` are "" until the
    directory has the entry. ``extensions``: how often it was extended. ``personal_email``: for recovery; only here.
    ``synced_at``: when the holder last synchronised; ``synced``: what came of it, see services.synchronise.Answer.
    """

    __tablename__ = "account"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    username: Mapped[SearchKey] = mapped_column(unique=True)
    state: Mapped[Short] = mapped_column(index=True)
    source: Mapped[Short] = mapped_column(default="")
    entry_uuid: Mapped[Short] = mapped_column(default="", index=True)
    dn: Mapped[Name] = mapped_column(default="")
    mobile: Mapped[Short] = mapped_column(default="", index=True)
    personal_email: Mapped[Name] = mapped_column(default="", index=True)
    language: Mapped[Short] = mapped_column(default="fa")
    latin_first_name: Mapped[Name] = mapped_column(default="")
    latin_last_name: Mapped[Name] = mapped_column(default="")
    expires_at: Mapped[Moment | None] = mapped_column(index=True)
    extensions: Mapped[int] = mapped_column(default=0)
    lock_reason: Mapped[Text] = mapped_column(default="")
    created_at: Mapped[Moment]
    ready_at: Mapped[Moment | None]
    locked_at: Mapped[Moment | None]
    synced_at: Mapped[Moment | None]
    synced: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")

    def __repr__(self) -> str:
        return f"<Account {self.id} {self.state}>"
