"""What people say is wrong in the data that HR has of them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Name, Short, Text


class CorrectionRequest(Base):
    """One wish of the holder of an account, for the HR liaison of a source. ``state``: waiting, done or refused.

    ``field``: one of ours; ``value``: what it should be (dates ISO); ``words``: what the person adds. ``proof``: the
    sealed file, ``proof_kind`` its type and ``proof_name`` its name; the file goes once the wish is decided.
    """

    __tablename__ = "correction_request"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source: Mapped[Short] = mapped_column(index=True)
    field: Mapped[Short]
    value: Mapped[Name]
    words: Mapped[Text] = mapped_column(default="")
    proof: Mapped[Text] = mapped_column(default="", deferred=True)
    proof_kind: Mapped[Short] = mapped_column(default="")
    proof_name: Mapped[Name] = mapped_column(default="")
    state: Mapped[Short] = mapped_column(index=True)
    created_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[Short] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    def __repr__(self) -> str:
        return f"<CorrectionRequest {self.id} {self.state}>"
