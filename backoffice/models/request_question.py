"""What the desk asks people about their requests for permanent accounts, and what they answer."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, Short, Text


class RequestQuestion(Base):
    """One question. ``read_at``: a person of the desk has read the answer; until then the request waits for it."""

    __tablename__ = "request_question"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("permanent_request.id"), index=True)
    words: Mapped[Text]
    asked_by: Mapped[Short]
    asked_at: Mapped[Moment]
    answer: Mapped[Text] = mapped_column(default="")
    answered_at: Mapped[Moment | None]
    read_by: Mapped[Short] = mapped_column(default="")
    read_at: Mapped[Moment | None]
