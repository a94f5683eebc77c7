"""Scheduled jobs: when each is due, and how its last runs went."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Short, Text

RUNNING, DONE, FAILED, ABANDONED = "running", "done", "failed", "abandoned"
_IS_RUNNING = sa.text(f"status = '{RUNNING}'")


class JobState(Base):
    """One job: its next due time, what a person asked of it, and what it remembers from run to run."""

    __tablename__ = "job_state"

    name: Mapped[Short] = mapped_column(primary_key=True)
    due_at: Mapped[Moment]
    requested_at: Mapped[Moment | None]
    requested_by: Mapped[Short | None]
    requested_dry_run: Mapped[bool] = mapped_column(default=False)
    memory: Mapped[JsonObject] = mapped_column(default=dict)


class JobRun(Base):
    """One run of a job. ``status``: running, done, failed or abandoned (the process ended in it).

    ``detail`` is a message id that ``detail_values`` fill. One job never has two running rows.
    """

    __tablename__ = "job_run"

    id: Mapped[Id]
    name: Mapped[Short] = mapped_column(index=True)
    status: Mapped[Short]
    dry_run: Mapped[bool] = mapped_column(default=False)
    started_by: Mapped[Short]
    started_at: Mapped[Moment] = mapped_column(index=True)
    finished_at: Mapped[Moment | None]
    counts: Mapped[JsonObject] = mapped_column(default=dict)
    detail: Mapped[Text] = mapped_column(default="")
    detail_values: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (
        sa.Index("uq_job_run_running", "name", unique=True, sqlite_where=_IS_RUNNING, postgresql_where=_IS_RUNNING),
    )


class WorkerLease(Base):
    """The one active worker and when it was last seen (a sign of life for /readyz, not a lock)."""

    __tablename__ = "worker_lease"

    name: Mapped[Short] = mapped_column(primary_key=True)
    owner: Mapped[Short]
    seen_at: Mapped[Moment]
