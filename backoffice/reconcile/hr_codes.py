"""The identifying columns of an HR export: kind of code, national code, personnel number, mobile.

Source: mission.md §7; reconciliation.md "Identity and folding" (padding), "Gates on the file" (INVALID_ROW).
"""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backoffice.reconcile.hr_arrow import Mask, constant, equals, map_distinct, map_odd, matches
from backoffice.rules import national_code
from backoffice.rules.text import bare_number, fold_word

ID_TYPES = {
    "": "national", "ملی": "national", "کد ملی": "national", "national": "national",
    "اتباع": "foreign", "اتباع خارجی": "foreign", "foreign": "foreign",
    "گذرنامه": "foreign", "پاسپورت": "foreign", "passport": "foreign",
}  # fmt: skip
_ID_TYPES = {fold_word(word): kind for word, kind in ID_TYPES.items()}
_MOBILE_NOISE = re.compile(r"[-()\u2010-\u2015]+")
_MOBILE = re.compile(r"(?:\+98|0098|98|0)?(9[0-9]{9})", re.ASCII)
SCIENTIFIC = r"^[0-9]([.,][0-9]+)?[Ee]\+[0-9]+$"
TEN_DIGITS = "^[0-9]{10}$"
_WEIGHTS = np.arange(10, 1, -1)


@dataclass(frozen=True)
class Codes:
    """National codes of the rows: normalised text, kind, whether zeros were given back, whether it is valid."""

    text: pa.LargeStringArray
    id_type: pa.LargeStringArray
    padded: Mask
    valid: Mask


def id_types(column: pa.LargeStringArray | None, count: int) -> pa.LargeStringArray:
    """Give national or foreign for each row; national where nothing else is said."""
    if column is None:
        return constant(national_code.NATIONAL, count)
    return map_distinct(column, lambda word: _ID_TYPES.get(fold_word(word), national_code.NATIONAL))


def unknown_id_types(column: pa.LargeStringArray) -> list[str]:
    """Give the words that say no known kind of code."""
    return [word for word in pc.unique(column).to_pylist() if fold_word(word) not in _ID_TYPES]


def read_codes(column: pa.LargeStringArray, kinds: pa.LargeStringArray) -> Codes:
    """Normalise, pad and check the national codes; foreign ones are upper-cased, never padded."""
    text = map_odd(column, TEN_DIGITS, national_code.normalise)
    foreign = equals(kinds, national_code.FOREIGN)
    padded = matches(text, "^[0-9]{8,9}$") & ~foreign
    text = _where(padded, pc.utf8_lpad(text, 10, padding="0"), text)
    text = _where(foreign, pc.utf8_upper(text), text)
    valid = np.where(foreign, matches(text, "^[0-9A-Z]{4,20}$"), valid_national(text))
    return Codes(text, kinds, padded, valid)


def _where(mask: Mask, left: pa.LargeStringArray, right: pa.LargeStringArray) -> pa.LargeStringArray:
    return pc.if_else(pa.array(mask), left, right) if mask.any() else right


def valid_national(codes: pa.LargeStringArray) -> Mask:
    """Say for each normalised code what ``national_code.is_valid`` says, for the whole column at once."""
    ten = matches(codes, TEN_DIGITS)
    valid = np.zeros(len(codes), dtype=bool)
    if ten.any():
        raw = "".join(codes.filter(pa.array(ten)).to_pylist()).encode("ascii")
        valid[ten] = _check(np.frombuffer(raw, np.uint8).reshape(-1, 10).astype(np.int64) - ord("0"))
    return valid


def _check(digits: "np.ndarray[tuple[int, int], np.dtype[np.int64]]") -> Mask:
    remainder = digits[:, :9] @ _WEIGHTS % 11
    expected = np.where(remainder <= 1, remainder, 11 - remainder)
    varied: Mask = (digits != digits[:, :1]).any(axis=1)
    right: Mask = digits[:, 9] == expected
    return varied & right


def numbers(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give personnel, student and unit numbers with ASCII digits, without blanks and direction marks."""
    return map_odd(column, "^[0-9A-Za-z]*$", bare_number)


def without_decimals(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Drop the ``.00`` a spreadsheet shows after a whole number."""
    return pc.replace_substring_regex(column, r"^([0-9]+)\.0+$", r"\1")


def mobiles(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give mobiles as 09xxxxxxxxx where they are such numbers, otherwise as they are."""
    return map_odd(column, "^(09[0-9]{9})?$", fold_mobile)


def fold_mobile(text: str) -> str:
    """Give one mobile number as 09xxxxxxxxx from +98, 0098, 98 or a bare 9; anything else without blanks."""
    bare = _MOBILE_NOISE.sub("", bare_number(text))
    match = _MOBILE.fullmatch(bare)
    return f"0{match[1]}" if match else bare
