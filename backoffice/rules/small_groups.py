"""Which counts managers may see: none of 1 to 4 people, and none that could be found by subtraction.

Source: mission S50, interface.md "Managers".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from backoffice.rules.jalali_months import LENGTHS, stretch_of

SMALLEST = 5
_MOST_HIDDEN = 3
K = TypeVar("K")


def is_small(count: int) -> bool:
    """Say whether a count tells of so few people that it is hidden."""
    return 0 < count < SMALLEST


def hidden(counts: Mapping[K, int], *, also: Collection[K] = (), forced: bool = False) -> frozenset[K]:
    """Give the parts of a whole to hide, where the whole is shown.

    Small counts, and with them the smallest others, until at least two parts share at least four people more than
    there are parts: none of them then follows from the whole. ``also``: parts to hide in any case, unless nobody is in
    them. ``forced``: hide some even where none is small, because the whole would tell of another count that is hidden.
    """
    kept = {key for key, count in counts.items() if is_small(count)}
    if any(counts[key] for key in also):
        kept |= set(also)
    if not kept and not (forced and any(counts.values())):
        return frozenset()
    others = sorted((key for key in counts if key not in kept), key=lambda key: (not counts[key], counts[key]))
    for key in others:
        if is_vague(counts[each] for each in kept):
            break
        kept.add(key)
    return frozenset(kept)


def is_vague(counts: Iterable[int]) -> bool:
    """Say whether parts that share a known sum can be told apart by nobody."""
    parts = tuple(counts)
    return len(parts) > 1 and sum(parts) >= len(parts) + SMALLEST - 1


def length_of(counts: Mapping[tuple[int, str], int]) -> int:
    """Give the length of stretches (1, 3 or 12 months) at which at most a third of the counts is small.

    ``counts``: (month, value) -> people. Where no length does, the longest.
    """
    return next((length for length in LENGTHS if _is_fine(_joined(counts, length))), LENGTHS[-1])


def _joined(counts: Mapping[tuple[int, str], int], length: int) -> Sequence[int]:
    sums: dict[tuple[int, str], int] = {}
    for (month, value), count in counts.items():
        key = stretch_of(month, length), value
        sums[key] = sums.get(key, 0) + count
    return [count for count in sums.values() if count]


def _is_fine(counts: Sequence[int]) -> bool:
    return sum(map(is_small, counts)) * _MOST_HIDDEN <= len(counts)
