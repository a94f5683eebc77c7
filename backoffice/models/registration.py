"""Attempts of people to get an account, each from the first form to its end."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, SearchKey, Short, Text


class Registration(Base):
    """One attempt. ``state``: see rules.registration_states.

    Names are folded for display (N1), ``typed`` keeps the fields as they were typed. ``birth_date``: ISO.
    ``causes``: cause codes, the first is the one that counts; ``evidence``: what was known when it was judged.
    ``flags``: soft doubts for the desk. ``password_sealed``: the sealed ``{ARGON2}`` hash until the account is asked
    for. ``channel``: web, counter, intake or claim (of an account that exists); ``actor``: the desk user of an assisted
    one. ``reference``: the number of an attempt that another registration site made. ``contact_mobile``: a number to
    be told through, proved while an inquiry was not possible; a refusal hands it to the case. ``identity_at``: when it
    was first found to be this person; ``verified_at``: when the code of the mobile was right.
    """

    __tablename__ = "registration"

    id: Mapped[Id]
    tracking_code: Mapped[SearchKey] = mapped_column(unique=True)
    reference: Mapped[SearchKey | None] = mapped_column(unique=True)
    state: Mapped[Short] = mapped_column(index=True)
    channel: Mapped[Short] = mapped_column(default="web")
    actor: Mapped[Short] = mapped_column(default="")
    language: Mapped[Short] = mapped_column(default="fa")
    id_type: Mapped[Short]
    national_code: Mapped[Short] = mapped_column(index=True)
    birth_date: Mapped[Short] = mapped_column(default="")
    first_name: Mapped[Name] = mapped_column(default="")
    last_name: Mapped[Name] = mapped_column(default="")
    father_name: Mapped[Name] = mapped_column(default="")
    personnel_number: Mapped[Short] = mapped_column(default="")
    typed: Mapped[JsonObject] = mapped_column(default=dict)
    causes: Mapped[JsonList] = mapped_column(default=list)
    evidence: Mapped[JsonObject] = mapped_column(default=dict)
    flags: Mapped[JsonList] = mapped_column(default=list)
    source: Mapped[Short] = mapped_column(default="")
    latin_first_name: Mapped[Name] = mapped_column(default="")
    latin_last_name: Mapped[Name] = mapped_column(default="")
    mobile: Mapped[Short] = mapped_column(default="", index=True)
    contact_mobile: Mapped[Short] = mapped_column(default="", server_default="")
    personal_email: Mapped[Name] = mapped_column(default="")
    password_sealed: Mapped[Text] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    created_at: Mapped[Moment] = mapped_column(index=True)
    updated_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    identity_at: Mapped[Moment | None]
    verified_at: Mapped[Moment | None]

    def __repr__(self) -> str:
        return f"<Registration {self.id} {self.state}>"
