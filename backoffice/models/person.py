"""Our own register: persons, their codes over time, and their links to accounts."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Name, SearchKey, Short


class Person(Base):
    """A human being with our own immutable id; what HR last said is kept beside the folded keys.

    ``search_key``: first and last name at N2; ``sort_key``: last name first, in the order of the alphabet. ``skeleton``
    and ``skeleton_last_first``: the consonants of both, see rules.latin.
    """

    __tablename__ = "person"

    id: Mapped[Id]
    id_type: Mapped[Short] = mapped_column(default="national")
    national_code: Mapped[Short] = mapped_column(index=True)
    first_name: Mapped[Name] = mapped_column(default="")
    last_name: Mapped[Name] = mapped_column(default="")
    full_name: Mapped[Name] = mapped_column(default="")
    father_name: Mapped[Name] = mapped_column(default="")
    birth_date: Mapped[Short] = mapped_column(default="")
    search_key: Mapped[SearchKey] = mapped_column(default="", index=True)
    sort_key: Mapped[SearchKey] = mapped_column(default="")
    skeleton: Mapped[SearchKey] = mapped_column(default="", server_default="", index=True)
    skeleton_last_first: Mapped[SearchKey] = mapped_column(default="", server_default="", index=True)
    created_at: Mapped[Moment]

    links: Mapped[list["Link"]] = relationship(back_populates="person", order_by="Link.id")
    codes: Mapped[list["PersonCode"]] = relationship(back_populates="person", order_by="PersonCode.id")

    __table_args__ = (
        sa.UniqueConstraint("id_type", "national_code"),
        sa.Index("ix_person_in_order", "sort_key", "id"),
    )


class PersonCode(Base):
    """A code a person had, and until when; the current one is also on the person."""

    __tablename__ = "person_code"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    id_type: Mapped[Short]
    value: Mapped[Short] = mapped_column(index=True)
    since: Mapped[Moment]
    until: Mapped[Moment | None]

    person: Mapped[Person] = relationship(back_populates="codes")


class Link(Base):
    """A person owns a directory entry. Ended links stay as history.

    ``missing_since``: first accepted snapshot without a row of the person, while that lasts. ``away_as``: LEAVER or
    ON_LEAVE while HR says so, and ``away_since`` the first accepted snapshot that did.
    """

    __tablename__ = "link"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source: Mapped[Short]
    personnel_number: Mapped[SearchKey] = mapped_column(default="", index=True)
    directory: Mapped[Short]
    entry_uuid: Mapped[Short] = mapped_column(index=True)
    dn: Mapped[Name]
    username: Mapped[SearchKey] = mapped_column(default="", index=True)
    rule: Mapped[Short]
    origin: Mapped[Short]
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"), index=True)
    missing_since: Mapped[Moment | None]
    away_as: Mapped[Short] = mapped_column(default="", server_default="")
    away_since: Mapped[Moment | None]
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    person: Mapped[Person] = relationship(back_populates="links")
