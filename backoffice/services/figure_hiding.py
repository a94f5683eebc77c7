"""From counts to figures that managers may see: joined to stretches of months, small ones hidden."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.rules.jalali_months import MONTH, stretch_of
from backoffice.rules.small_groups import hidden, is_small, is_vague, length_of
from backoffice.services.figures import ALL, CAUSE, GROUPS, REFUSED, STARTED, Key, Tallies, Tally


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


Grid = dict[tuple[int, str], dict[str, Tally]]


def cells(tallies: Tallies) -> list[Cell]:
    """Give every figure, with what is shown of it.

    The months of the whole and the values of each dimension are shown together, so a hidden value or month must not
    follow from the rest. Where all values of a dimension together would tell, the month of the whole is hidden too.
    """
    small = {(key.month, key.step) for key, tally in tallies.items() if key.dimension == ALL and is_small(tally.count)}
    lengths = {dimension: _length(tallies, dimension) for dimension in (*GROUPS, CAUSE)}
    grids = {dimension: _grid(tallies, dimension, length) for dimension, length in lengths.items()}
    for dimension, grid in grids.items():
        small |= _betrayed(tallies, grid, lengths[dimension])
    found = [
        _cell(key, MONTH, tally, shown=(key.month, key.step) not in small)
        for key, tally in tallies.items() if key.dimension == ALL
    ]  # fmt: skip
    for dimension, grid in grids.items():
        found += _values(dimension, grid, lengths[dimension], small)
    return found


def _length(tallies: Tallies, dimension: str) -> int:
    base = REFUSED if dimension == CAUSE else STARTED
    return length_of({
        (key.month, key.value): tally.count
        for key, tally in tallies.items() if key.dimension == dimension and key.step == base
    })  # fmt: skip


def _grid(tallies: Tallies, dimension: str, length: int) -> Grid:
    """Give (stretch, step) -> value -> tally; a value without anybody counts as 0."""
    found: Grid = defaultdict(lambda: defaultdict(Tally))
    for key, tally in tallies.items():
        if key.dimension == dimension:
            joined = found[stretch_of(key.month, length), key.step][key.value]
            joined.count += tally.count
            joined.times.update(tally.times)
    values = {value for row in found.values() for value in row}
    for row in found.values():
        for value in values - row.keys():
            row[value] = Tally()
    return found


def _betrayed(tallies: Tallies, grid: Grid, length: int) -> set[tuple[int, str]]:
    """Give months of the whole that would tell of every value, however many of them are hidden."""
    steps: dict[tuple[int, str], list[int]] = defaultdict(list)
    for key in tallies:
        if key.dimension == ALL:
            steps[stretch_of(key.month, length), key.step].append(key.month)
    return {
        (month, step)
        for (stretch, step), row in grid.items() if _is_betrayed({value: tally.count for value, tally in row.items()})
        for month in steps[stretch, step]
    }  # fmt: skip


def _is_betrayed(counts: dict[str, int]) -> bool:
    kept = hidden(counts)
    return bool(kept) and not is_vague(counts[value] for value in kept)


def _values(dimension: str, grid: Grid, length: int, small: set[tuple[int, str]]) -> Iterable[Cell]:
    for (stretch, step), row in grid.items():
        forced = any((month, step) in small for month in range(stretch, stretch + length))
        kept = hidden({value: tally.count for value, tally in row.items()}, forced=forced)
        for value, tally in row.items():
            if tally.count or value in kept:
                yield _cell(Key(dimension, value, stretch, step), length, tally, shown=value not in kept)


def _cell(key: Key, months: int, tally: Tally, *, shown: bool) -> Cell:
    times = dict(Counter(tally.times)) if shown else {}
    return Cell(key.dimension, key.value, key.month, months, key.step, tally.count, shown, times)
