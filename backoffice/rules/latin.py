"""Whether a Latin name may be the transliteration of a Persian one."""

import re

from rapidfuzz.distance import OSA

from backoffice.rules.text import n1

_PERSIAN = {
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s", "ج": "j", "ژ": "j", "چ": "c", "خ": "x",
    "د": "d", "ذ": "z", "ز": "z", "ض": "z", "ظ": "z", "ر": "r", "ش": "$", "غ": "g", "ق": "g", "گ": "g", "ف": "f",
    "ک": "k", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_DIGRAPHS = (("kh", "x"), ("sh", "$"), ("ch", "c"), ("zh", "j"), ("gh", "g"), ("ph", "f"), ("ck", "k"))
_LATIN_CLASS = str.maketrans({"q": "g"})
_SILENT = re.compile(r"[^bcdfgjklmnprstxz$]")
_DOUBLED = re.compile(r"(.)\1+")
LETTERS_PER_SLIP = 4


def _skeleton_of_persian(name: str) -> str:
    return _DOUBLED.sub(r"\1", "".join(_PERSIAN.get(c, "") for c in n1(name)))


def _skeleton_of_latin(name: str) -> str:
    lower = name.lower()
    for pair, letter in _DIGRAPHS:
        lower = lower.replace(pair, letter)
    return _DOUBLED.sub(r"\1", _SILENT.sub("", lower.translate(_LATIN_CLASS)))


def plausible(persian: str, latin: str) -> bool:
    """Say whether the consonants of both names agree, but for one slip in four letters.

    Vowels, ح ه ع و ی and doubled letters do not count: they are written in too many ways.
    """
    ours, theirs = _skeleton_of_persian(persian), _skeleton_of_latin(latin)
    return OSA.distance(ours, theirs) <= max(1, len(ours) // LETTERS_PER_SLIP)
