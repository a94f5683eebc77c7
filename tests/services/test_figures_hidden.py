"""Nobody who asks for everything finds a count of one to four people, by no sum and no difference."""

from collections import defaultdict
from itertools import product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backoffice import clock
from backoffice.rules.small_groups import is_small
from backoffice.services import statistics, targets
from backoffice.services.figure_hiding import AFTER, Cell, cells
from backoffice.services.figure_store import Source
from backoffice.services.figures import (
    ALL,
    CASES,
    CAUSES,
    COVERAGE_DAYS,
    EXPIRED,
    NOW,
    PERMANENT,
    STARTED,
    STEPS,
    Key,
    Tally,
    covered,
    family_of,
    ripe,
    step_of,
)
from backoffice.services.statistics import Asked

FIRST, MONTHS = 1404 * 12 + 4, 5
LAST = FIRST + MONTHS - 1
MOST = 10**6
VALUES = {"unit": "ABC", "employment_type": "PQ", "person_type": "XYZ"}
Place = tuple[str, str, int, str]


def university(seed: int, sizes: list[int]) -> dict[Key, Tally]:
    """So many people a month, who drop out here and there."""
    dice = Random(seed)  # noqa: S311
    chances = {unit: {step: dice.choice((0, 0.6, 0.9, 1, 1, 1, 1)) for step in STEPS} for unit in VALUES["unit"]}
    weights = {dimension: [dice.random() ** 3 for _value in values] for dimension, values in VALUES.items()}
    found: dict[Key, Tally] = defaultdict(Tally)
    for month, size in enumerate(sizes, FIRST):
        for _person in range(size):
            groups = [(name, dice.choices(values, weights[name])[0]) for name, values in VALUES.items()]
            for step, (dimension, value) in product(steps_of(dice, chances[groups[0][1]], month), ((ALL, ""), *groups)):
                found[Key(dimension, value, month, step)].count += 1
        for _case in range(dice.choice((0, 2, 9, 20))):
            rest = [
                (month, step_of(CAUSES, dice.choice("KLM"))),
                (month, EXPIRED),
                (NOW, step_of(CASES, dice.choice("037"))),
            ]
            groups = [(name, dice.choices(values, weights[name])[0]) for name, values in VALUES.items()]
            for (when, step), group in product(rest[: dice.choice((1, 2, 3))], ((ALL, ""), *groups)):
                found[Key(*group, when, step)].count += 1
    return dict(found)


def steps_of(dice: Random, chances: dict[str, float], month: int) -> list[str]:
    passed = [STARTED]
    for step in STEPS[1:]:
        if dice.random() >= chances[step]:
            break
        passed.append(step)
    took = dice.choice((0, 3, 20, 60))
    old = COVERAGE_DAYS if month < LAST or dice.random() < 0.5 else ()
    there = [covered(days) for days in old if PERMANENT in passed and took < days]
    return [*passed, *map(ripe, old), *there]


class Attacker:
    """Knows of each count, from the figures and how they hang together, a least and a greatest number."""

    def __init__(self, found: list[Cell]) -> None:
        self.lengths = {(cell.dimension, family_of(cell.step)): cell.months for cell in found}
        self.known = {place(cell): cell.count if cell.shown else None for cell in found}
        self.least = {each: count or 0 for each, count in self.known.items()}
        self.most = {each: MOST if count is None else count for each, count in self.known.items()}
        self.sums = self._sums()
        while any([self._narrow_by_steps(), self._narrow_by_sums()]):  # both, each time
            pass

    def _sums(self) -> list[tuple[list[Place], list[Place]]]:
        of: dict[tuple[str, int, str], list[Place]] = defaultdict(list)
        for each in self.known:
            of[each[0], each[2], each[3]].append(each)
        whole = {(month, step): parts for (dimension, month, step), parts in of.items() if dimension == ALL}
        return [
            (parts, [each for month in self._months(name, start, step) for each in whole.get((month, step), [])])
            for (name, start, step), parts in of.items() if name != ALL
        ]  # fmt: skip

    def _months(self, dimension: str, start: int, step: str) -> range:
        return range(start, start + self.lengths[dimension, family_of(step)])

    def _set(self, each: Place, least: int, most: int) -> bool:
        least, most = max(least, self.least[each]), min(most, self.most[each])
        assert least <= most
        changed = (least, most) != (self.least[each], self.most[each])
        self.least[each], self.most[each] = least, most
        return changed

    def _narrow_by_steps(self) -> bool:
        """Whoever passed a step has passed those before it."""
        changed = False
        for after, earlier in ((each, earlier) for each in self.known for earlier in AFTER.get(each[3], ())):
            before = (*after[:3], earlier)
            if before in self.known:
                changed |= self._set(after, 0, self.most[before]) | self._set(before, self.least[after], MOST)
        return changed

    def _narrow_by_sums(self) -> bool:
        """The values of a dimension are together what the months of the whole are."""
        changed = False
        for both in self.sums:
            for mine, others in (both, both[::-1]):
                least, most = sum(self.least[each] for each in others), sum(self.most[each] for each in others)
                low, high = sum(self.least[each] for each in mine), sum(self.most[each] for each in mine)
                for each in mine:
                    changed |= self._set(each, least - high + self.most[each], most - low + self.least[each])
        return changed

    def found_out(self) -> dict[Place, int]:
        """Give the hidden counts that can be one number only."""
        sure = (each for each, count in self.known.items() if count is None and self.least[each] == self.most[each])
        return {each: self.least[each] for each in sure}


def place(cell: Cell) -> Place:
    return cell.dimension, cell.value, cell.month, cell.step


# Here a count between two equal ones told of its neighbour.
@example(11, [28, 35, 29, 28, 32])
@example(75, [28, 37, 27, 29, 2])
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 45), min_size=MONTHS, max_size=MONTHS))
def test_no_hidden_count_follows_from_all_that_is_shown(seed: int, sizes: list[int]) -> None:
    found = cells(university(seed, sizes))
    assert not [cell for cell in found if cell.shown and is_small(cell.count)]
    small = {place(cell): cell.count for cell in found if is_small(cell.count)}
    assert {each: count for each, count in Attacker(found).found_out().items() if each in small} == {}


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 45), min_size=MONTHS, max_size=MONTHS))
def test_two_periods_never_differ_by_one_to_four_people(seed: int, sizes: list[int]) -> None:
    source = Source(clock.now(), cells(university(seed, sizes)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(targets, "in_force", dict)
        _check_periods(source)


def _check_periods(source: Source) -> None:
    for dimension, value in [(ALL, ""), *source.groups()]:
        counts = {
            (first, last): numbers(Asked(first, last, dimension, value), source)
            for first in range(FIRST, LAST + 1) for last in range(first, LAST + 1)
        }  # fmt: skip
        for (first, last), wide in counts.items():
            for inner, narrow in counts.items():
                if first <= inner[0] and inner[1] <= last:
                    names = wide.keys() | narrow.keys()
                    assert not [name for name in names if is_small(wide.get(name, 0) - narrow.get(name, 0))]


def numbers(asked: Asked, source: Source) -> dict[str, int]:
    """Everything that is counted in a report."""
    found = statistics.report(asked, source)
    shares = {**found.funnel, **{str(days): share for days, share in found.coverage.items()}}
    expired = sum(each.counts[EXPIRED] or 0 for each in found.expired)
    sums = {f"sum {step}": sum(each.counts[step] or 0 for each in found.stretches) for step in STEPS}
    return {name: share.count for name, share in shares.items()} | sums | found.causes | {EXPIRED: expired}
