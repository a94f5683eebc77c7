"""From counts to figures that managers may see: joined to stretches of months, small ones hidden."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from backoffice.rules.jalali_months import MONTH, stretch_of
from backoffice.rules.small_groups import hidden, is_small, is_vague, length_of
from backoffice.services.figures import (
    ALL,
    BASES,
    COVERAGE_DAYS,
    GROUPS,
    MAIL_DONE,
    NOW,
    OF_NOW,
    PERMANENT,
    REGISTRATIONS,
    REMINDED,
    REMINDER_DAYS,
    STARTED,
    STEPS,
    TOTAL,
    Key,
    Tallies,
    Tally,
    acted,
    covered,
    family_of,
    reminded,
    ripe,
    step_of,
)

# Step -> those that everybody counted there has passed too: each is at most as large as these.
_RIPE, _COVERED = [ripe(days) for days in COVERAGE_DAYS], [covered(days) for days in COVERAGE_DAYS]
AFTER: Mapping[str, tuple[str, ...]] = {
    STARTED: (),
    **{step: (before,) for before, step in (*pairwise(STEPS), *pairwise((STARTED, *_RIPE)))},
    **{
        step: (old, PERMANENT, *((longer,) if longer else ()))
        for step, old, longer in zip(_COVERED[::-1], _RIPE[::-1], (None, *_COVERED[:0:-1]), strict=True)
    },
    REMINDED: (),
    **{step: (before,) for before, step in pairwise((REMINDED, *map(reminded, REMINDER_DAYS)))},
    **{acted(days): (reminded(days),) for days in REMINDER_DAYS},
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
        earlier = AFTER.get(step, ())
        return frozenset().union(*(self.kept.get((stretch, each), frozenset()) for each in earlier))


def cells(tallies: Tallies) -> list[Cell]:
    """Give every figure, with what is shown of it.

    The stretches of the whole and the values of each dimension are shown together, so a hidden value or stretch must
    not follow from the rest. Where all values of a dimension together would tell, the stretch of the whole is hidden
    too. What is hidden of a step is hidden of those after it, because these are never more: a count between two equal
    ones would follow.
    """
    families: dict[str, dict[str, dict[Key, Tally]]] = defaultdict(lambda: defaultdict(dict))
    for key, tally in tallies.items():
        families[family_of(key.step)][key.dimension][key] = tally
    return [cell for family, parts in families.items() for cell in _of_family(family, parts)]


def _of_family(family: str, parts: Mapping[str, Mapping[Key, Tally]]) -> Iterator[Cell]:
    whole = _grid(parts[ALL], MONTH, longest=MONTH if family in (REGISTRATIONS, *OF_NOW) else None)
    longest = MONTH if family in OF_NOW else None
    grids = {dimension: _grid(parts.get(dimension, {}), whole.length, longest=longest) for dimension in GROUPS}
    steps = [step for step in AFTER if any(each == step for _stretch, each in whole.tallies)]
    steps += sorted({step for _stretch, step in whole.tallies} - {*steps})
    small = _small_now(whole) if family in OF_NOW else {}
    for step in steps:
        counts = {stretch: row[""] for stretch, row in whole.of(step)}
        before = {stretch for earlier in AFTER.get(step, ()) for stretch in small.get(earlier, ())}
        mine = small.setdefault(step, set())
        mine |= {each for each, count in counts.items() if is_small(count) or (count and each in before)}
        while more := _betrayed(grids, step, mine) & counts.keys() - mine:
            mine |= more
    whole.kept = {(stretch, step): frozenset({""} if stretch in small[step] else ()) for stretch, step in whole.tallies}
    yield from _values(ALL, whole)
    if family in OF_NOW:
        yield _total(family, whole)
    for dimension, grid in grids.items():
        yield from _values(dimension, grid)


def _grid(tallies: Mapping[Key, Tally], shortest: int, *, longest: int | None) -> _Grid:
    """Join months until few enough counts are small."""
    mine = dict(sorted(tallies.items()))
    decisive = {
        (key.month, f"{key.value} {key.step}"): tally.count
        for key, tally in mine.items() if BASES.get(family_of(key.step), key.step) == key.step
    }  # fmt: skip
    length = longest or max(shortest, length_of(decisive))
    values = dict.fromkeys(key.value for key in mine)
    found: dict[tuple[int, str], dict[str, Tally]] = {}
    for key, tally in mine.items():
        place = stretch_of(key.month, length), key.step
        if place not in found:
            found[place] = {value: Tally() for value in values}
        joined = found[place][key.value]
        joined.count += tally.count
        for span, number in tally.times.items():
            joined.times[span] += number
    return _Grid(length, found)


def _small_now(whole: _Grid) -> dict[str, set[int]]:
    """Give the parts of what is now that are hidden of everybody, because their sum is shown."""
    return {step: {NOW} for step in hidden(_now(whole))}


def _total(family: str, whole: _Grid) -> Cell:
    """Give the sum of what is now; it is hidden too where the parts that are hidden would follow."""
    counts = _now(whole)
    kept = [counts[step] for (_stretch, step), values in whole.kept.items() if values and step in counts]
    told = [row[""].count for (_stretch, step), row in whole.tallies.items() if step not in counts]
    shown = (not kept or is_vague(kept)) and not any(map(is_small, told))
    return Cell(ALL, "", NOW, MONTH, step_of(family, TOTAL), sum(counts.values()) + sum(told), shown, {})


def _now(whole: _Grid) -> dict[str, int]:
    """Give the counts of now; moves that are done cannot hide others, because the funnel counts them too."""
    return {step: row[""].count for (_stretch, step), row in whole.tallies.items() if step != MAIL_DONE}


def _betrayed(grids: Mapping[str, _Grid], step: str, small: set[int]) -> set[int]:
    """Hide values of a step; give the stretches of the whole that would tell of them, however many are hidden."""
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
