"""What managers want to reach."""

from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Moment, Short


class Target(Base):
    """One target; see services.targets. ``number``: percent or days."""

    __tablename__ = "target"

    name: Mapped[Short] = mapped_column(primary_key=True)
    number: Mapped[int]
    set_at: Mapped[Moment]
    set_by: Mapped[Short]
