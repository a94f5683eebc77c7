"""The figures of the statistics page: counts only, already without what would tell of a single person."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import JsonObject, Moment, Name, Short


class Figure(Base):
    """The counts of one group in one stretch of Jalali months, made anew by the job ``statistics``.

    ``dimension`` and ``value`` name the group, see services.figures; ``month``: the first month of the stretch
    (see rules.jalali_months), ``months``: its length. ``cells``: step -> [count, times], null for a count that is
    hidden; times: how long the step took, in rounded seconds (see rules.spans) -> how many. ``shown``: whether the
    first step of registrations is.
    """

    __tablename__ = "figure"

    dimension: Mapped[Short] = mapped_column(primary_key=True)
    value: Mapped[Name] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    months: Mapped[int] = mapped_column(primary_key=True)
    shown: Mapped[bool]
    cells: Mapped[JsonObject]
    as_of: Mapped[Moment]

    __table_args__ = (sa.Index("ix_figure_shown", "shown", "dimension", "value"),)


class DailyFigure(Base):
    """What one figure was on one day, "YYYY-MM-DD" in the university's time; the last look of the day stays."""

    __tablename__ = "daily_figure"

    day: Mapped[Short] = mapped_column(primary_key=True)
    name: Mapped[Short] = mapped_column(primary_key=True)
    count: Mapped[int]
    at: Mapped[Moment]
