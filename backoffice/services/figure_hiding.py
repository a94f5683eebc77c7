"""From counts to figures that managers may see: joined to stretches of months, small ones hidden."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from backoffice.rules.jalali_months import MONTH, stretch_of
from backoffice.rules.small_groups import hidden, is_small, is_vague, length_of
from backoffice.services.figures import (
    ALL,
    CAUSE,
    COVERAGE_DAYS,
    EXPIRED,
    GROUPS,
    PERMANENT,
    REFUSED,
    STARTED,
    STEPS,
    Key,
    Tallies,
    Tally,
    covered,
    ripe,
)

# Step -> those that everybody counted there has passed too: each is at most as large as these.
_RIPE, _COVERED = [ripe(days) for days in COVERAGE_DAYS], [covered(days) for days in COVERAGE_DAYS]
AFTER: Mapping[str, tuple[str, ...]] = {
    STARTED: (), REFUSED: (), EXPIRED: (),
    **{step: (before,) for before, step in (*pairwise(STEPS), *pairwise((STARTED, *_RIPE)))},
    **{
        step: (old, PERMANENT, *((longer,) if longer else ()))
        for step, old, longer in zip(_COVERED[::-1], _RIPE[::-1], (None, *_COVERED[:0:-1]), strict=True)
    },
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One figure. ``month`` and ``months``: the stretch; ``times``: {} where it is not shown."""

    dimension: str
    value: str
    month: int
    months: int
    step: str
    count: int
    shown: bool
    times: dict[int, int]


@dataclass
class _Grid:
    """A dimension in stretches of ``length`` months. ``kept``: what is hidden. A value without anybody counts as 0."""

    length: int
    tallies: dict[tuple[int, str], dict[str, Tally]]
    kept: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)

    def of(self, step: str) -> Iterator[tuple[int, dict[str, int]]]:
        """Give each stretch with the counts of a step."""
        for (stretch, each), row in self.tallies.items():
            if each == step:
                yield stretch, {value: tally.count for value, tally in row.items()}

    def before(self, stretch: int, step: str) -> frozenset[str]:
        """Give the values that are hidden in a step everybody has passed before."""
        return frozenset().union(*(self.kept.get((stretch, earlier), frozenset()) for earlier in AFTER[step]))


def cells(tallies: Tallies) -> list[Cell]:
    """Give every figure, with what is shown of it.

    The months of the whole and the values of each dimension are shown together, so a hidden value or month must not
    follow from the rest. Where all values of a dimension together would tell, the month of the whole is hidden too.
    What is hidden of a step is hidden of those after it, because these are never more: a count between two equal ones
    would follow.
    """
    grids = {dimension: _grid(tallies, dimension) for dimension in (*GROUPS, CAUSE)}
    whole: dict[str, dict[int, int]] = defaultdict(dict)
    for key, tally in tallies.items():
        if key.dimension == ALL:
            whole[key.step][key.month] = tally.count
    small: dict[str, set[int]] = {}
    for step in AFTER:
        before = {month for earlier in AFTER[step] for month in small[earlier]}
        small[step] = {month for month, count in whole[step].items() if is_small(count) or (count and month in before)}
        while more := _betrayed(grids, step, small[step]) & whole[step].keys() - small[step]:
            small[step] |= more
    found = [
        _cell(key, MONTH, tally, shown=key.month not in small[key.step])
        for key, tally in tallies.items() if key.dimension == ALL
    ]  # fmt: skip
    for dimension, grid in grids.items():
        found += _values(dimension, grid)
    return found


def _grid(tallies: Tallies, dimension: str) -> _Grid:
    base = REFUSED if dimension == CAUSE else STARTED
    mine = {key: tally for key, tally in sorted(tallies.items()) if key.dimension == dimension}
    length = length_of({(key.month, key.value): tally.count for key, tally in mine.items() if key.step == base})
    values = dict.fromkeys(key.value for key in mine)
    found: dict[tuple[int, str], dict[str, Tally]] = {}
    for key, tally in mine.items():
        place = stretch_of(key.month, length), key.step
        joined = found.setdefault(place, {value: Tally() for value in values})[key.value]
        joined.count += tally.count
        joined.times.update(tally.times)
    return _Grid(length, found)


def _betrayed(grids: Mapping[str, _Grid], step: str, small: set[int]) -> set[int]:
    """Hide values of a step; give the months of the whole that would tell of them, however many are hidden."""
    found: set[int] = set()
    for grid in grids.values():
        for stretch, counts in grid.of(step):
            months = range(stretch, stretch + grid.length)
            forced = not small.isdisjoint(months)
            kept = hidden(counts, also=grid.before(stretch, step), forced=forced)
            grid.kept[stretch, step] = kept
            if kept and not forced and not is_vague(counts[value] for value in kept):
                found.update(months)
    return found


def _values(dimension: str, grid: _Grid) -> Iterator[Cell]:
    for (stretch, step), row in grid.tallies.items():
        kept = grid.kept[stretch, step]
        for value, tally in row.items():
            if tally.count or value in kept:
                yield _cell(Key(dimension, value, stretch, step), grid.length, tally, shown=value not in kept)


def _cell(key: Key, months: int, tally: Tally, *, shown: bool) -> Cell:
    times = dict(Counter(tally.times)) if shown else {}
    return Cell(key.dimension, key.value, key.month, months, key.step, tally.count, shown, times)
