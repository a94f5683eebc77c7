"""Names of accounts, in use, held for a request, or used once: none is ever given twice."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, Moment, SearchKey, Short

HELD, USED = "held", "used"


class UserName(Base):
    """One name. ``state``: held (until ``until``, by ``request_id``) or used, which is for ever.

    ``look``: what the eye keeps of it (see rules.usernames). ``origin``: directory or request.
    """

    __tablename__ = "user_name"

    id: Mapped[Id]
    name: Mapped[SearchKey] = mapped_column(unique=True)
    look: Mapped[SearchKey] = mapped_column(index=True)
    state: Mapped[Short]
    origin: Mapped[Short]
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("permanent_request.id"), index=True)
    since: Mapped[Moment]
    until: Mapped[Moment | None]
