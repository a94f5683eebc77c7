"""Folding of Persian text at the three levels that matching and comparing use.

Source: reconciliation.md, "Identity and folding". Folding is idempotent at every level.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

_ZWNJ = "\u200c"
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_YEH_KAF = {ord(a): b for a, b in {"ي": "ی", "ى": "ی", "ك": "ک"}.items()}
_HEH = {ord(c): "ه" for c in "ةۀہە"}
_TATWEEL = {0x0640: None}
_HARAKAT = dict.fromkeys([*range(0x064B, 0x0656), 0x0670], None)
_BIDI = dict.fromkeys(
    [0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF],
    None,
)
_N1 = {**_DIGITS, **_YEH_KAF, **_HEH, **_TATWEEL, **_HARAKAT, **_BIDI}
_HAMZA = {ord(a): b for a, b in {"آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی", "ء": None}.items()}
_MARKS = dict.fromkeys([0x0653, 0x0654, 0x0655], None)
_JOINERS = re.compile(r"[\s\u200c\u200d\-\u2010-\u2015]+")
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad]+")
_PREFIXES = frozenset({"سید", "سیده", "میر", "حاج", "حاجی"})
_SUFFIX = "سادات"
_SAYYED = "سید"
LONG_NAME = 8


def fold_digits(value: str) -> str:
    """Give the text with Persian and Arabic digits as ASCII digits."""
    return value.translate(_DIGITS)


def bare_number(value: str) -> str:
    """Give a personnel, student or unit number with ASCII digits, without blanks and direction marks; dashes stay."""
    return _BLANKS.sub("", fold_digits(value))


@lru_cache(maxsize=65536)
def n1(value: str) -> str:
    """Fold gently: letters, digits, marks and spaces; still fit to be shown."""
    folded = unicodedata.normalize("NFKC", value)
    # Hamza above a heh is the ezafe sign, not a letter of its own.
    folded = folded.replace("\u0647\u0654", "ه").translate(_N1)
    return _SPACES.sub(" ", folded).strip(f" {_ZWNJ}")


@lru_cache(maxsize=65536)
def n2(value: str) -> str:
    """Fold to the key names, units and words are compared with: N1 without hamza, spaces, ZWNJ, hyphens."""
    return _JOINERS.sub("", n1(value).translate(_HAMZA).translate(_MARKS))


@lru_cache(maxsize=65536)
def n3(value: str) -> str:
    """Fold to N2 after dropping leading titles (سید، میر، حاج …) and a trailing سادات.

    A name that consists of titles only keeps its last word.
    """
    words = [w for w in _JOINERS.split(n1(value).translate(_HAMZA).translate(_MARKS)) if w]
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    if len(words) > 1 and words[-1] == _SUFFIX:
        words = words[:-1]
    return "".join(words)


def fold_word(value: str) -> str:
    """Give the key of a header or status word: N2 and lower case, without ``_`` and ``.``."""
    return n2(value).casefold().replace("_", "").replace(".", "")


def equal_n3(left: str, right: str) -> bool:
    """Say whether two names agree once titles are dropped, also when «سید» is joined to the name."""
    a, b = n3(left), n3(right)
    return a == b or a.removeprefix(_SAYYED) == b or a == b.removeprefix(_SAYYED)


def one_edit(left: str, right: str) -> bool:
    """Say whether two names are one slip of the pen apart.

    Damerau–Levenshtein 1 on N2, 2 where the shorter name has eight letters or more. Equal names are within it.
    """
    a, b = n2(left), n2(right)
    allowed = 2 if min(len(a), len(b)) >= LONG_NAME else 1
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def nearest(name: str, values: Sequence[str]) -> str:
    """Give the one of several values that agrees best with a name: folded, by title, by one edit, by script, the first.

    An attribute with several values agrees if one of them does. Source: reconciliation.md "Identity and folding".
    """
    return min(values, key=lambda value: _distance(name, value))


def _distance(name: str, value: str) -> int:
    tests = (n2(name) == n2(value), equal_n3(name, value), one_edit(name, value))
    same_script = has_arabic_script(name) == has_arabic_script(value)
    return next((rank for rank, agrees in enumerate(tests) if agrees), len(tests) if same_script else len(tests) + 1)


def has_arabic_script(value: str) -> bool:
    """Say whether any letter of the Arabic script is in the text."""
    return any("\u0600" <= c <= "\u06ff" or "\ufb50" <= c <= "\ufeff" for c in value)


def _fold_yeh_kaf(value: str) -> str:
    return value.translate({**_YEH_KAF, **_HEH})


def _fold_zwnj(value: str) -> str:
    return value.replace(_ZWNJ, "")


def _fold_spacing(value: str) -> str:
    return re.sub(r"[\s\-\u2010-\u2015]+", "", value)


def _fold_marks(value: str) -> str:
    return unicodedata.normalize("NFKC", value).translate({**_TATWEEL, **_HARAKAT, **_BIDI})


def _fold_hamza(value: str) -> str:
    return value.replace("\u0647\u0654", "ه").translate(_HAMZA).translate(_MARKS)


SPELLING_FOLDS = {
    "yeh_kaf": _fold_yeh_kaf,
    "digits": fold_digits,
    "zwnj": _fold_zwnj,
    "spacing": _fold_spacing,
    "marks": _fold_marks,
    "hamza": _fold_hamza,
}


def spelling_kind(left: str, right: str) -> str:
    """Name the first class of spelling difference between two texts that are equal at N2.

    A class applies when the texts still differ after every other class is folded away; where the
    classes overlap, the first one whose fold alone makes a change on one side is named.
    """
    for kind in SPELLING_FOLDS:
        if _fold_all_but(kind, left) != _fold_all_but(kind, right):
            return kind
    return "spacing"


def _fold_all_but(kind: str, value: str) -> str:
    for other, fold in SPELLING_FOLDS.items():
        if other != kind:
            value = fold(value)
    return value
