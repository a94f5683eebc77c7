"""The figures of the statistics page: counts only, already without what would tell of a single person."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, Short


class Figure(Base):
    """One count of one group in one stretch of Jalali months, made anew by the job ``statistics``.

    ``dimension`` and ``value`` name the group, see services.figures; ``month``: the first month of the stretch
    (see rules.jalali_months), ``months``: its length. ``shown``: whether managers may see the count. ``times``: how
    long the step took, in rounded seconds (see rules.spans) -> how many; {} where it is not shown.
    """

    __tablename__ = "figure"

    id: Mapped[Id]
    dimension: Mapped[Short]
    value: Mapped[Name]
    month: Mapped[int]
    months: Mapped[int]
    step: Mapped[Short]
    count: Mapped[int]
    shown: Mapped[bool]
    times: Mapped[JsonObject] = mapped_column(default=dict)
    as_of: Mapped[Moment]

    __table_args__ = (sa.Index("ix_figure_group", "dimension", "value", "month"),)


class DailyFigure(Base):
    """What one figure was on one day, "YYYY-MM-DD" in the university's time; the last look of the day stays."""

    __tablename__ = "daily_figure"

    day: Mapped[Short] = mapped_column(primary_key=True)
    name: Mapped[Short] = mapped_column(primary_key=True)
    count: Mapped[int]
    at: Mapped[Moment]
