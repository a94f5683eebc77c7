"""How well the names of person and entry agree, for many pairs at once.

Source: reconciliation.md "Identity and folding" and tiers T1–T3.
"""

from collections.abc import Iterable
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from backoffice.reconcile.folding import equal_folded
from backoffice.reconcile.inputs import SEPARATOR
from backoffice.rules.latin import plausible
from backoffice.rules.text import equal_n3, n2, nearest, one_edit

EQUAL, CLOSE, DIFFERENT, NO_NAME = 0, 1, 2, 3
_ARABIC = r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]"
Levels = npt.NDArray[np.int8]


def levels(pairs: pd.DataFrame) -> Levels:
    """Give EQUAL (N2), CLOSE (N3 or one edit), DIFFERENT or NO_NAME (the entry has no Persian name) per pair.

    ``pairs``: first_name, last_name, full_name of HR; the same with suffix ``_entry`` of the entry. A part that one
    side does not hold is left out; where no part is on both sides, the whole names are compared.
    """
    if pairs.empty:
        return np.empty(0, dtype=np.int8)
    hr = {part: pairs[part] for part in ("first_name", "last_name", "full_name")}
    left_whole = _whole(hr["first_name"], hr["last_name"], hr["full_name"])
    entry = _persian_only(pairs, left_whole)
    use_parts = _both(hr["first_name"], entry["first_name"]) | _both(hr["last_name"], entry["last_name"])
    right_whole = entry["full_name"].mask(
        entry["full_name"] == "", _whole(entry["first_name"], entry["last_name"], entry["full_name"])
    )
    result = np.full(len(pairs), NO_NAME, dtype=np.int8)
    whole = (~use_parts & _both(left_whole, right_whole)).to_numpy()
    if whole.any():
        result[whole] = _levels_of([(left_whole[whole], right_whole[whole])])
    parts = use_parts.to_numpy()
    if parts.any():
        result[parts] = _levels_of([(hr[name][parts], entry[name][parts]) for name in ("first_name", "last_name")])
    return result


def latin_plausible(pairs: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say per pair whether the entry's Latin name is absent or may be the person's."""
    if pairs.empty:
        return np.empty(0, dtype=bool)
    persian = _whole(pairs["first_name"], pairs["last_name"], pairs["full_name"])
    columns = (pairs[f"latin_{part}_entry"] for part in ("first_name", "last_name", "full_name"))
    found = (_is_plausible(str(ours), *there) for ours, *there in zip(persian, *columns, strict=True))
    return np.fromiter(found, dtype=bool, count=len(pairs))


def _is_plausible(persian: str, first: str, last: str, full: str) -> bool:
    pairs = product(first.split(SEPARATOR), last.split(SEPARATOR))
    latin = [" ".join(pair) for pair in pairs] if first and last else (full or first or last).split(SEPARATOR)
    return any(not name or plausible(persian, name) for name in latin)


def _persian_only(pairs: pd.DataFrame, whole: pd.Series) -> dict[str, pd.Series]:
    """Blank the entry's names that hold no Persian letter, where HR's name (``whole``) is Persian."""
    hr_is_persian = whole.str.contains(_ARABIC)
    kept = {}
    for part in ("first_name", "last_name", "full_name"):
        value = _one_of(pairs[f"{part}_entry"], whole if part == "full_name" else pairs[part])
        kept[part] = value.mask(hr_is_persian & ~value.str.contains(_ARABIC), "")
    return kept


def _one_of(cells: pd.Series, ours: pd.Series) -> pd.Series:
    """Give the value that agrees best with ours where a cell holds several."""
    several = cells.str.contains(SEPARATOR, regex=False)
    if not several.any():
        return cells
    one = cells.copy()
    pairs = zip(ours[several], cells[several], strict=True)
    one[several] = [nearest(str(name), str(cell).split(SEPARATOR)) for name, cell in pairs]
    return one


def _whole(first: pd.Series, last: pd.Series, full: pd.Series) -> pd.Series:
    parts = (first + " " + last).str.strip()
    return parts.mask((first == "") | (last == ""), full.mask(full == "", parts))


def _both(left: pd.Series, right: pd.Series) -> pd.Series:
    return (left != "") & (right != "")


def _levels_of(columns: list[tuple[pd.Series, pd.Series]]) -> Levels:
    """Compare vectorised first; only pairs that differ after folding are looked at one by one."""
    first_left = columns[0][0]
    equal = pd.Series(True, index=first_left.index)
    for left, right in columns:
        equal &= ~_both(left, right) | equal_folded(left, right)
    result = np.where(equal, EQUAL, DIFFERENT).astype(np.int8)
    rest = np.flatnonzero(result == DIFFERENT)
    values = [(left.iloc[rest], right.iloc[rest]) for left, right in columns]
    for position, index in enumerate(rest):
        parts = [(str(left.iloc[position]), str(right.iloc[position])) for left, right in values]
        if close(parts):
            result[index] = CLOSE
    return result


def close(parts: Iterable[tuple[str, str]]) -> bool:
    """Say whether all parts agree within titles or one edit, at most one of them by edit."""
    edits = 0
    for left, right in parts:
        if not left or not right or n2(left) == n2(right) or equal_n3(left, right):
            continue
        if not one_edit(left, right):
            return False
        edits += 1
    return edits <= 1
