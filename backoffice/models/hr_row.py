"""What HR says now of each person: the rows of the newest accepted snapshot of every source, found by index."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, SearchKey, Short


class HrRow(Base):
    """One good row of the accepted snapshot that counts in its source; rows equal in every field are one.

    ``snapshot_id``: the first snapshot that had the row just so. ``content``: a hash of the row, to find what a new
    snapshot changes; ``Snapshot.indexed`` says whose rows these are. ``name_key``: first and last name (or the full
    name) at N2. ``birth_date``: ISO, "" where HR has none. ``values``: what is not empty of the row as ``read_hr``
    gave it, without its line.
    """

    __tablename__ = "hr_row"

    id: Mapped[Id]
    snapshot_id: Mapped[int] = mapped_column(sa.ForeignKey("snapshot.id", ondelete="CASCADE"))
    source: Mapped[Short]
    content: Mapped[int] = mapped_column(sa.BigInteger)
    id_type: Mapped[Short]
    national_code: Mapped[SearchKey] = mapped_column(index=True)
    padded: Mapped[bool] = mapped_column(default=False)
    personnel_number: Mapped[SearchKey] = mapped_column(default="")
    birth_date: Mapped[Short] = mapped_column(default="", index=True)
    name_key: Mapped[SearchKey] = mapped_column(default="", index=True)
    status_class: Mapped[Short] = mapped_column(default="")
    values: Mapped[JsonObject]
