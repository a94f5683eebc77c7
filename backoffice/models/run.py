"""Reconciliation runs, their findings and the frozen plan."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, Short, Text

PLANNED, HELD, FAILED, RUNNING = "planned", "held", "failed", "running"


class Run(Base):
    """One comparison of HR, register and directory. ``status``: running, planned, held or failed.

    ``gates``, ``warnings``, ``held`` and ``fault`` keep message ids (message, params) beside the English detail.
    ``limits``: kind, source and how many of these the plan could hold, for every kind planned; ``basis``: what that
    was counted from, so that the same plan can be judged under other limits.
    """

    __tablename__ = "run"

    id: Mapped[Id]
    directory: Mapped[Short]
    status: Mapped[Short] = mapped_column(index=True)
    plan_hash: Mapped[Short | None]
    snapshots: Mapped[JsonObject] = mapped_column(default=dict)
    directory_entries: Mapped[int] = mapped_column(default=0)
    situations: Mapped[JsonObject] = mapped_column(default=dict)
    notes: Mapped[JsonObject] = mapped_column(default=dict)
    actions: Mapped[JsonObject] = mapped_column(default=dict)
    held: Mapped[JsonList] = mapped_column(default=list)
    limits: Mapped[JsonList] = mapped_column(default=list)
    basis: Mapped[JsonObject] = mapped_column(default=dict)
    gates: Mapped[JsonList] = mapped_column(default=list)
    warnings: Mapped[JsonList] = mapped_column(default=list)
    seconds: Mapped[JsonObject] = mapped_column(default=dict)
    error: Mapped[Text] = mapped_column(default="")
    fault: Mapped[JsonObject] = mapped_column(default=dict)
    started_by: Mapped[Short]
    started_at: Mapped[Moment] = mapped_column(index=True)
    finished_at: Mapped[Moment | None]

    findings: Mapped[list["Finding"]] = relationship(back_populates="run", order_by="Finding.row")


class Finding(Base):
    """What one run says about one person or account; ``row`` is the canonical order within the run."""

    __tablename__ = "finding"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"))
    row: Mapped[int]
    source: Mapped[Short | None]
    directory: Mapped[Short]
    situation: Mapped[Short]
    national_code: Mapped[Short | None] = mapped_column(index=True)
    personnel_number: Mapped[Short | None]
    person_name: Mapped[Name] = mapped_column(default="")
    search_key: Mapped[Name] = mapped_column(default="")
    dns: Mapped[JsonList]
    entry_uuid: Mapped[Short | None] = mapped_column(index=True)
    tier: Mapped[Short | None]
    notes: Mapped[JsonList]
    differences: Mapped[JsonList]
    spelling: Mapped[JsonList]
    actions: Mapped[JsonList]
    held: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[Text] = mapped_column(default="")
    evidence: Mapped[JsonObject] = mapped_column(default=dict)

    run: Mapped[Run] = relationship(back_populates="findings")

    __table_args__ = (sa.UniqueConstraint("run_id", "row"), sa.Index("ix_finding_run_situation", "run_id", "situation"))


class PlannedAction(Base):
    """One frozen row of the plan: what to change, from which values, on which version of the entry."""

    __tablename__ = "planned_action"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"), index=True)
    finding_row: Mapped[int]
    source: Mapped[Short | None]
    directory: Mapped[Short]
    kind: Mapped[Short]
    entry_uuid: Mapped[Short] = mapped_column(index=True)
    dn: Mapped[Name]
    csn: Mapped[Name] = mapped_column(default="")
    unit: Mapped[Text] = mapped_column(default="")
    old: Mapped[JsonObject]
    new: Mapped[JsonObject]
    row_hash: Mapped[Short]
    held: Mapped[bool] = mapped_column(default=False)


class DirectoryAcceptance(Base):
    """Somebody said that a directory which shrank to this size is right; used by one run."""

    __tablename__ = "directory_acceptance"

    id: Mapped[Id]
    directory: Mapped[Short]
    entries: Mapped[int]
    by: Mapped[Short]
    reason: Mapped[Text]
    at: Mapped[Moment]
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
