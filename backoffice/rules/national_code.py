"""The Iranian national code and the other codes that identify a person.

Source: mission.md §7.
"""

import re

from backoffice.rules.text import fold_digits

NATIONAL = "national"
FOREIGN = "foreign"
_LENGTH = 10
_TEN_DIGITS = re.compile(r"[0-9]{10}", re.ASCII)
_FOREIGN = re.compile(r"[0-9A-Z]{4,20}", re.ASCII)
_NOISE = re.compile(r"[\s\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]+")


def normalise(value: str) -> str:
    """Give the code with ASCII digits and without spaces, dashes and bidi marks; no padding, no check."""
    return _NOISE.sub("", fold_digits(value))


def pad(code: str) -> str:
    """Give back the leading zeros a spreadsheet dropped (8 or 9 digits); anything else unchanged."""
    lost_zeros = len(code) in (8, 9) and re.fullmatch(r"[0-9]+", code, re.ASCII)
    return code.zfill(_LENGTH) if lost_zeros else code


def is_valid(code: str) -> bool:
    """Say whether a normalised code has ten ASCII digits, a right check digit and is no repdigit."""
    if not _TEN_DIGITS.fullmatch(code) or len(set(code)) == 1:
        return False
    return int(code[9]) == check_digit(code[:9])


def check_digit(nine: str) -> int:
    """Give the check digit of the first nine digits."""
    remainder = sum(int(d) * (_LENGTH - i) for i, d in enumerate(nine)) % 11
    return remainder if remainder <= 1 else 11 - remainder


def is_valid_foreign(code: str) -> bool:
    """Say whether a normalised foreign code is 4–20 Latin letters or digits."""
    return bool(_FOREIGN.fullmatch(code.upper()))
