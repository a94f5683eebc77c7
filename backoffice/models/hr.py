"""HR snapshots: each file that came in, whether it was accepted, and why not."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.extensions import Base
from backoffice.models.types import MAIN_DIRECTORY, Id, JsonList, JsonObject, Moment, Name, Short, Text

ACCEPTED, HELD, REFUSED = "accepted", "held", "refused"


class Snapshot(Base):
    """One HR export of one source. ``status``: accepted, held (waits for a decision) or refused.

    ``indexed``: its rows were made the ones that HrRow has of the source.
    """

    __tablename__ = "snapshot"

    id: Mapped[Id]
    source: Mapped[Short] = mapped_column(index=True)
    directory: Mapped[Short] = mapped_column(default=MAIN_DIRECTORY)
    status: Mapped[Short]
    sha256: Mapped[Short] = mapped_column(index=True)
    file_name: Mapped[Name]
    encoding: Mapped[Short]
    rows: Mapped[int]
    accepted: Mapped[int]
    columns: Mapped[JsonList]
    gates: Mapped[JsonList]
    warnings: Mapped[JsonList]
    stored_file: Mapped[Name] = mapped_column(default="")
    as_of: Mapped[Moment]
    created_at: Mapped[Moment]
    created_by: Mapped[Short]
    accepted_at: Mapped[Moment | None] = mapped_column(index=True)
    accepted_by: Mapped[Short | None]
    accepted_second: Mapped[Short | None]
    accept_reason: Mapped[Text] = mapped_column(default="")
    purged_at: Mapped[Moment | None]
    indexed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    quarantined: Mapped[list["QuarantinedRow"]] = relationship(
        back_populates="snapshot", order_by="QuarantinedRow.line", cascade="all, delete-orphan"
    )
    confirmations: Mapped[list["SnapshotConfirmation"]] = relationship(
        back_populates="snapshot", order_by="SnapshotConfirmation.at", cascade="all, delete-orphan"
    )


class SnapshotConfirmation(Base):
    """A moment at which the snapshot was known to be the truth: accepted, or the same bytes came again."""

    __tablename__ = "snapshot_confirmation"

    id: Mapped[Id]
    snapshot_id: Mapped[int] = mapped_column(sa.ForeignKey("snapshot.id", ondelete="CASCADE"), index=True)
    source: Mapped[Short] = mapped_column(index=True)
    at: Mapped[Moment]

    snapshot: Mapped[Snapshot] = relationship(back_populates="confirmations")


class QuarantinedRow(Base):
    """A row of a snapshot that was set aside; the account it may mean stays untouched."""

    __tablename__ = "quarantined_row"

    id: Mapped[Id]
    snapshot_id: Mapped[int] = mapped_column(sa.ForeignKey("snapshot.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    reason: Mapped[Short]
    detail: Mapped[Text]
    message: Mapped[Text] = mapped_column(default="", server_default="")
    params: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    national_code: Mapped[Name] = mapped_column(default="")
    personnel_number: Mapped[Name] = mapped_column(default="")

    snapshot: Mapped[Snapshot] = relationship(back_populates="quarantined")


class ColumnChoice(Base):
    """What a header (folded) of a source's files was said to mean, "" = leave out; proposed at the next upload."""

    __tablename__ = "column_choice"
    __table_args__ = (sa.UniqueConstraint("source", "header"),)

    id: Mapped[Id]
    source: Mapped[Short]
    header: Mapped[Name]
    field: Mapped[Short]
    chosen_at: Mapped[Moment]
    chosen_by: Mapped[Short]
