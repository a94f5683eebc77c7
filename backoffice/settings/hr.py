"""The HR offices and what their files look like."""

from typing import Literal, Self

from pydantic import Field, model_validator

from backoffice.settings.policy import Trust
from backoffice.settings.table import Table


class Covers(Table):
    """The part of the directory a source answers for."""

    branches: tuple[str, ...] = ()
    filter: str = ""


class HrSource(Table):
    """One ``[[hr.source]]``. ``liaison_mail``: who is told by mail that HR is asked something."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    title: str = ""
    key: Literal["national_code", "personnel_number"] = "national_code"
    rows: Literal["all", "active_only"] = "all"
    covers: Covers | None = None
    stale_after_days: int = Field(7, ge=1)
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    dates: dict[str, Literal["jalali", "gregorian"]] = Field(default_factory=dict)
    status: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    trust: dict[str, Trust] = Field(default_factory=dict)
    liaison_mail: str = ""


class HrSettings(Table):
    """Table ``[hr]``."""

    source: tuple[HrSource, ...] = ()
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    status: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def sources(self) -> tuple[HrSource, ...]:
        """The configured sources, or the one source ``hr``."""
        return self.source or (HrSource(name="hr", title="کارگزینی"),)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [s.name for s in self.source]
        if len(names) != len(set(names)):
            raise ValueError("two sources have the same name")
        return self
