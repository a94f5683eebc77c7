"""What people have to decide about an identity, and what they decided about pairs of person and account."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, Short, Text


class Case(Base):
    """One thing to decide. ``kind`` is the situation, MISMATCH or OTP_TROUBLE; ``key`` tells one from another.

    ``last_run`` and ``last_row`` name the finding with its evidence. ``fingerprint``: the compared fields as that
    finding has them. Cases of registrations have no runs but attempts (Registration.case_id), the ``cause`` that
    counts, and a ``contact_mobile`` once a code proved it (``contact_at``). ``effects``: what the verdict changed in
    our register, so that reopening can take it back. ``at_random``: decided by a person in a group drawn at random, so
    that it says something about the rule.
    """

    __tablename__ = "case"

    id: Mapped[Id]
    kind: Mapped[Short]
    key: Mapped[Text]
    source: Mapped[Short | None] = mapped_column(index=True)
    national_code: Mapped[Short | None] = mapped_column(index=True)
    personnel_number: Mapped[Short | None]
    person_name: Mapped[Name] = mapped_column(default="")
    entry_uuids: Mapped[JsonList] = mapped_column(default=list)
    tier: Mapped[Short | None]
    state: Mapped[Short] = mapped_column(index=True)
    taken_by: Mapped[Short] = mapped_column(default="", index=True)
    taken_at: Mapped[Moment | None]
    fingerprint: Mapped[Short]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    cause: Mapped[Short] = mapped_column(default="", server_default="", index=True)
    contact_mobile: Mapped[Short] = mapped_column(default="", server_default="")
    contact_at: Mapped[Moment | None]
    opened_run: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
    opened_at: Mapped[Moment] = mapped_column(index=True)
    last_run: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
    last_row: Mapped[int | None]
    verdict: Mapped[Short] = mapped_column(default="")
    reason: Mapped[Short] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    effects: Mapped[JsonObject] = mapped_column(default=dict)
    decided_by: Mapped[Short] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    reopened: Mapped[int] = mapped_column(default=0)
    at_random: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (sa.UniqueConstraint("kind", "key"),)


class Verdict(Base):
    """What a person decided about one pair, until it is taken back or a compared field changes.

    ``word``: same, different (``entry_uuid`` is "" where the person is not known twice) or aside (an account that is
    to be left alone; no code). ``fingerprint``: the compared fields of both sides when it was decided. ``batch_id``:
    of verdicts that nobody gave one by one.
    """

    __tablename__ = "verdict"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    word: Mapped[Short]
    id_type: Mapped[Short] = mapped_column(default="")
    national_code: Mapped[Short] = mapped_column(default="")
    entry_uuid: Mapped[Short] = mapped_column(default="")
    fingerprint: Mapped[Short]
    at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("review_batch.id"), index=True)


class ReviewBatch(Base):
    """Everything that waited of one match rule (``tier``), accepted as one act; ``pairs``: how many were decided."""

    __tablename__ = "review_batch"

    id: Mapped[Id]
    tier: Mapped[Short]
    reason: Mapped[Text]
    accepted_by: Mapped[Short]
    accepted_at: Mapped[Moment]
    pairs: Mapped[int]
    undone_by: Mapped[Short] = mapped_column(default="")
    undone_at: Mapped[Moment | None]
