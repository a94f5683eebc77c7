"""What the statistics page shows of a period and a group: sums of the figures that may be shown.

A sum holds the shown stretches only, so no hidden one follows from two periods. Each share is of those who began in
the stretches where the step is shown too.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backoffice.rules.jalali_months import MONTH, YEAR, stretch_of
from backoffice.rules.spans import MEDIAN, P90, quantile
from backoffice.services import targets
from backoffice.services.figure_hiding import Cell
from backoffice.services.figure_store import Source
from backoffice.services.figures import (
    ALL,
    CAUSES,
    COVERAGE_DAYS,
    ENDS,
    EXPIRED,
    REGISTRATIONS,
    REMINDER_DAYS,
    REMINDERS,
    STARTED,
    STEPS,
    acted,
    covered,
    family_of,
    name_of,
    reminded,
    ripe,
)  # fmt: skip

MOST_MONTHS = 120


@dataclass(frozen=True)
class Asked:
    """What is asked for: months ``first`` to ``last`` (see rules.jalali_months), of one group or of everybody."""

    first: int
    last: int
    dimension: str = ALL
    value: str = ""


@dataclass(frozen=True)
class Share:
    """So many of so many; ``median`` and ``p90``: rounded seconds, None where no time is known.

    ``shown``: whether any of its stretches is; if not, nothing is known of it.
    """

    count: int
    whole: int
    median: int | None = None
    p90: int | None = None
    shown: bool = True


@dataclass(frozen=True)
class Stretch:
    """A month, season or year: step -> count, None where it is hidden."""

    month: int
    counts: dict[str, int | None]


@dataclass(frozen=True)
class Outcome:
    """What came of a period: step -> count, None where it is hidden, and who had the permanent account in time."""

    counts: Mapping[str, int | None]
    covered: Share


@dataclass(frozen=True)
class Comparison:
    """A period and the same one of the year before."""

    now: Outcome
    before: Outcome
    asked: Asked
    asked_before: Asked


@dataclass(frozen=True)
class Report:
    """Everything that depends on the period, and the targets in force.

    ``length``: months of a stretch of registrations, ``lengths``: of other families. ``has_hidden``: something is left
    out.
    """

    asked: Asked
    as_of: dt.datetime
    length: int
    funnel: dict[str, Share]
    stretches: Sequence[Stretch]
    coverage: dict[int, Share]
    reminders: dict[int, Share]
    causes: dict[str, int]
    expired: Sequence[Stretch]
    lengths: Mapping[str, int]
    has_hidden: bool
    comparison: Comparison | None
    targets: Mapping[str, int]


class _Period:
    """The figures of one family of one group in a period, by stretch and step."""

    def __init__(self, cells: Sequence[Cell], asked: Asked, family: str = REGISTRATIONS) -> None:
        cells = [cell for cell in cells if family_of(cell.step) == family]
        self.length = next((cell.months for cell in cells), MONTH)
        first, last = (stretch_of(month, self.length) for month in (asked.first, asked.last))
        self.stretches = range(first, last + 1, self.length)
        self.cells = {(cell.month, cell.step): cell for cell in cells if cell.month in self.stretches}

    def count(self, month: int, step: str) -> int | None:
        cell = self.cells.get((month, step))
        return 0 if cell is None else cell.count if cell.shown else None

    def total(self, step: str) -> int | None:
        shown = [count for month in self.stretches if (count := self.count(month, step)) is not None]
        return sum(shown) if shown else None

    def share(self, step: str, base: str) -> Share:
        both = self._both(step, base)
        count, whole = sum(count for _month, count, _whole in both), sum(whole for _month, _count, whole in both)
        return Share(count, whole, shown=bool(both))

    def timed(self, step: str, base: str) -> Share:
        """Give the share with its times."""
        times: Counter[int] = Counter()
        for month, _count, _whole in self._both(step, base):
            if cell := self.cells.get((month, step)):
                times.update(cell.times)
        return replace(self.share(step, base), median=quantile(times, MEDIAN), p90=quantile(times, P90))

    def by_stretch(self, steps: Sequence[str]) -> list[Stretch]:
        return [Stretch(month, {step: self.count(month, step) for step in steps}) for month in self.stretches]

    def outcome(self) -> Outcome:
        longest = COVERAGE_DAYS[-1]
        counts = {step: self.total(step) for step in STEPS}
        return Outcome(counts, self.share(covered(longest), ripe(longest)))

    def _both(self, step: str, base: str) -> list[tuple[int, int, int]]:
        """Give month, count of the step and count of its base where both are shown."""
        return [
            (month, count, whole) for month in self.stretches
            if (count := self.count(month, step)) is not None and (whole := self.count(month, base)) is not None
        ]  # fmt: skip

    @property
    def steps(self) -> list[str]:
        return sorted({step for _month, step in self.cells})

    @property
    def has_hidden(self) -> bool:
        return not all(cell.shown for cell in self.cells.values())


def report(asked: Asked, source: Source) -> Report:
    """Give the figures of a period and a group."""
    cells = source.of(asked.dimension, asked.value)
    group, causes, ends, told = (_Period(cells, asked, family) for family in (REGISTRATIONS, CAUSES, ENDS, REMINDERS))
    counted = {name_of(step): causes.total(step) for step in causes.steps}
    return Report(
        asked, source.as_of, group.length,
        {step: group.timed(step, STARTED) for step in STEPS},
        group.by_stretch(STEPS),
        {days: group.share(covered(days), ripe(days)) for days in COVERAGE_DAYS},
        {days: told.share(acted(days), reminded(days)) for days in REMINDER_DAYS},
        {cause: count for cause, count in counted.items() if count},
        ends.by_stretch((EXPIRED,)),
        {CAUSES: causes.length, ENDS: ends.length, REMINDERS: told.length},
        any(part.has_hidden for part in (group, causes, ends, told)),
        _compared(asked, cells, group.length, source), targets.in_force(),
    )  # fmt: skip


def groups(source: Source) -> list[tuple[str, str]]:
    """Give the groups (dimension, value) of which something can be shown."""
    return source.groups()


def first_month(source: Source, last: int) -> int:
    """Give the first month there are figures of, at most ten years back."""
    return max(min(source.first_month() or last, last), last - MOST_MONTHS + 1)


def _compared(asked: Asked, cells: Sequence[Cell], length: int, source: Source) -> Comparison | None:
    """Give the period beside the same one of the year before; None where nothing is left.

    Without what is not over, and without what the year before has no figures of: the first month of all may not be
    whole.
    """
    first = max(asked.first, (source.first_month() or asked.first) + 1 + YEAR)
    last = min(asked.last, stretch_of(source.month, length) - 1)
    if last < first:
        return None
    now, before = (replace(asked, first=first - back, last=last - back) for back in (0, YEAR))
    return Comparison(_Period(cells, now).outcome(), _Period(cells, before).outcome(), now, before)
