"""The consonants of a name, alike in Persian and in Latin letters, and whether two names may be one."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from backoffice.rules.text import has_arabic_script, n1

_PERSIAN = {
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s", "ج": "j", "ژ": "j", "چ": "c", "خ": "x",
    "د": "d", "ذ": "z", "ز": "z", "ض": "z", "ظ": "z", "ر": "r", "ش": "$", "غ": "g", "ق": "g", "گ": "g", "ف": "f",
    "ک": "k", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_DIGRAPHS = (("kh", "x"), ("sh", "$"), ("ch", "c"), ("zh", "j"), ("gh", "g"), ("ph", "f"), ("ck", "k"))
_LATIN_CLASS = str.maketrans({"q": "g"})
# Roughly, letter by letter: what is not written in Persian is missing.
_ROMAN = str.maketrans({
    **{letter: {"x": "kh", "$": "sh", "c": "ch"}.get(sound, sound) for letter, sound in _PERSIAN.items()},
    "ا": "a", "ع": "a", "و": "o", "ی": "i", "ه": "h", "ح": "h",
})  # fmt: skip
_NO_LETTER = re.compile("[^a-z]")
_LETTERS = "bcdfgjklmnprstxz$"
_SILENT = re.compile(f"[^{_LETTERS}]")
_DOUBLED = re.compile(r"(.)\1+")
LETTERS_PER_SLIP = 4


def skeleton(name: str) -> str:
    """Give the consonants of a name in either script; "" where it has none that count.

    Vowels, ح ه ع و ی and doubled letters do not count: they are written in too many ways.
    """
    if has_arabic_script(name):
        return _DOUBLED.sub(r"\1", "".join(_PERSIAN.get(c, "") for c in n1(name)))
    lower = name.lower()
    for pair, letter in _DIGRAPHS:
        lower = lower.replace(pair, letter)
    return _DOUBLED.sub(r"\1", _SILENT.sub("", lower.translate(_LATIN_CLASS)))


def distance(latin: str, persian: str) -> int:
    """Say how far a name in Latin letters is from a Persian one, spaces aside: to rank by, not to judge."""
    return OSA.distance(_NO_LETTER.sub("", latin.lower()), n1(persian).translate(_ROMAN))


def neighbours(bones: str) -> set[str]:
    """Give the skeleton itself and every one that one slip makes of it: a letter more, less, another, or two turned."""
    return {bones, *(_DOUBLED.sub(r"\1", slip) for slip in _slips(bones))}


def _slips(bones: str) -> Iterator[str]:
    for place in range(len(bones) + 1):
        head, tail = bones[:place], bones[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def plausible(persian: str, latin: str) -> bool:
    """Say whether the consonants of both names agree, but for one slip in four letters."""
    ours, theirs = skeleton(persian), skeleton(latin)
    return OSA.distance(ours, theirs) <= max(1, len(ours) // LETTERS_PER_SLIP)
