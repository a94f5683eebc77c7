"""What HR and the directory say differently about one person.

Compares raw first: folding can only make unequal values equal, so only cells that differ are folded.
Source: reconciliation.md principle 9; contract.md "A finding".
"""

from collections.abc import Iterable

import pandas as pd

from backoffice.reconcile.inputs import SEPARATOR
from backoffice.reconcile.persons import whole_name
from backoffice.rules import fields
from backoffice.rules.national_code import normalise
from backoffice.rules.text import equal_n3, n2, nearest, one_edit, spelling_kind

COLUMNS = ("pair", "field", "hr", "directory", "kind", "spelling")
PREFIX, ONE_EDIT, OTHER = "prefix", "one_edit", "other"


def differences(
    pairs: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame, skip: Iterable[str] = ()
) -> pd.DataFrame:
    """Give one row per cell that is not equal raw: pair, field, hr, directory, kind, spelling (bool).

    ``pairs``: person, entry; ``pair`` is its index. ``spelling`` says that the values are equal after folding.
    An empty cell on either side says nothing, but for a code the entry lacks (tier T4b, or a link without a code).
    """
    skip = frozenset(skip)
    hr = people.loc[pairs["person"]]
    if skip >= {fields.FIRST_NAME, fields.LAST_NAME}:
        # The directory holds names in one piece only; so they are compared in one piece.
        hr = hr.assign(full_name=hr["full_name"].mask(hr["full_name"] == "", whole_name(hr)))
    there = entries.loc[pairs["entry"]]
    found = []
    for field in fields.OWNED_BY_HR:
        if field in skip:
            continue
        left = hr[field].set_axis(pairs.index)
        right = there[field].set_axis(pairs.index)
        differ = (left != "") & (left != right) & ((right != "") | (field == fields.NATIONAL_CODE))
        if differ.any():
            found.append(_cells(field, left[differ], right[differ]))
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))
    return whole.sort_values(["pair", "field"], kind="stable", ignore_index=True)


def _cells(field: str, left: pd.Series, right: pd.Series) -> pd.DataFrame:
    judge = _judge_code if field in fields.CODE_FIELDS else _judge_text
    name = field in fields.NAME_FIELDS
    rows = [
        (pair, field, hr, *judged)
        for pair, hr, values in zip(left.index, left.tolist(), right.tolist(), strict=True)
        if (judged := judge(hr, values.split(SEPARATOR), is_name=name))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _judge_code(hr: str, values: list[str], *, is_name: bool) -> tuple[str, str, bool] | None:
    del is_name
    wanted = normalise(hr)
    if any(normalise(value) == wanted for value in values):
        return None
    return values[0], ONE_EDIT if values[0] and one_edit(hr, values[0]) else OTHER, False


def _judge_text(hr: str, values: list[str], *, is_name: bool) -> tuple[str, str, bool] | None:
    """Give directory value, kind and whether it is spelling only; None where one value is equal."""
    if hr in values:
        return None
    folded = n2(hr)
    same = next((value for value in values if n2(value) == folded), None)
    if same is not None:
        return same, spelling_kind(hr, same), True
    other = nearest(hr, values)
    return other, _kind(hr, other, is_name=is_name), False


def _kind(hr: str, there: str, *, is_name: bool) -> str:
    if is_name and equal_n3(hr, there):
        return PREFIX
    return ONE_EDIT if one_edit(hr, there) else OTHER
