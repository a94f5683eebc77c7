"""Where two spellings of one value differ, sign by sign, so that a page can mark it.

Source: interface.md, "differing characters marked … what is equal after folding is grey".
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from backoffice.rules.text import n2

SAME, FOLDED, OTHER = "same", "folded", "other"
IN_COMMON = 0.5


class Segment(NamedTuple):
    """A stretch of one side. ``kind``: same, folded (equal after folding) or other; "" stands for what is missing."""

    text: str
    kind: str


class _Sign(NamedTuple):
    text: str
    key: str


def char_diff(left: str, right: str) -> tuple[list[Segment], list[Segment]]:
    """Give both texts in stretches of SAME, FOLDED and OTHER; an OTHER stretch of "" marks a gap.

    Signs that folding drops (spaces, half-spaces, marks) never count as a difference, only as FOLDED. Texts that have
    little in common are marked as a whole: single letters that happen to agree say nothing.
    """
    lefts, rights = _split(left), _split(right)
    if _are_strangers(lefts, rights):
        return [Segment(left, OTHER)], [Segment(right, OTHER)]
    steps = Levenshtein.opcodes([sign.key for sign in lefts.letters], [sign.key for sign in rights.letters])
    sides: tuple[list[Segment], list[Segment]] = ([], [])
    _add_dropped(sides, lefts.dropped[0], rights.dropped[0])
    for step in steps:
        ours, theirs = range(step.src_start, step.src_end), range(step.dest_start, step.dest_end)
        if step.tag in ("equal", "replace"):
            for i, j in zip(ours, theirs, strict=True):
                _add_pair(sides, lefts.letters[i], rights.letters[j])
                _add_dropped(sides, lefts.dropped[i + 1], rights.dropped[j + 1])
            continue
        _add_alone(sides[0], lefts, ours)
        _add_alone(sides[1], rights, theirs)
    if n2(left) == n2(right):
        # Ligatures fold to several letters at once; what is equal as a whole differs nowhere.
        sides = _softened(sides[0]), _softened(sides[1])
    return _joined(sides[0]), _joined(sides[1])


def date_diff(left: str, right: str) -> tuple[list[Segment], list[Segment]]:
    """Give two dates of the same shape with year, month and day marked as wholes; a single digit says nothing."""
    lefts, rights = left.split("/"), right.split("/")
    if len(lefts) != len(rights):
        return char_diff(left, right)
    sides: tuple[list[Segment], list[Segment]] = ([], [])
    for place, (ours, theirs) in enumerate(zip(lefts, rights, strict=True)):
        kind = SAME if ours == theirs else OTHER
        for side, part in zip(sides, (ours, theirs), strict=True):
            side.extend([Segment("/", SAME), Segment(part, kind)][0 if place else 1 :])
    return _joined(sides[0]), _joined(sides[1])


def _are_strangers(left: "_Signs", right: "_Signs") -> bool:
    keys = [[sign.key for sign in side.letters] for side in (left, right)]
    return all(keys) and Levenshtein.normalized_similarity(*keys) < IN_COMMON


class _Signs(NamedTuple):
    """``letters``: what counts; ``dropped[i]``: what folding drops before letter i, the last one after all."""

    letters: list[_Sign]
    dropped: list[str]


def _split(text: str) -> _Signs:
    letters: list[_Sign] = []
    dropped = [""]
    for sign in _signs(text):
        key = n2(sign)
        if key:
            letters.append(_Sign(sign, key))
            dropped.append("")
        else:
            dropped[-1] += sign
    return _Signs(letters, dropped)


def _signs(text: str) -> Iterable[str]:
    """Give each letter with the marks that stand on it."""
    sign = ""
    for letter in text:
        if sign and not unicodedata.combining(letter):
            yield sign
            sign = ""
        sign += letter
    if sign:
        yield sign


def _add_pair(sides: tuple[list[Segment], list[Segment]], left: _Sign, right: _Sign) -> None:
    kind = SAME if left.text == right.text else FOLDED if left.key == right.key else OTHER
    sides[0].append(Segment(left.text, kind))
    sides[1].append(Segment(right.text, kind))


def _add_dropped(sides: tuple[list[Segment], list[Segment]], left: str, right: str) -> None:
    kind = SAME if left == right else FOLDED
    for side, text in zip(sides, (left, right), strict=True):
        if text:
            side.append(Segment(text, kind))


def _add_alone(side: list[Segment], signs: _Signs, numbers: Sequence[int]) -> None:
    """Add letters the other side lacks, or the gap where this one lacks them."""
    if not numbers:
        side.append(Segment("", OTHER))
    side += [Segment(signs.letters[number].text + signs.dropped[number + 1], OTHER) for number in numbers]


def _softened(side: list[Segment]) -> list[Segment]:
    return [Segment(text, FOLDED if kind == OTHER else kind) for text, kind in side if text]


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one kind."""
    return [
        Segment("".join(part.text for part in parts), kind)
        for kind, parts in groupby(segments, key=lambda segment: segment.kind)
    ]
