"""The gate on changed cells in one column, and what happened to the column.

Source: reconciliation.md "Gates on the file": folded; an emptied or newly filled cell is changed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from backoffice.i18n import N_
from backoffice.reconcile.file_align import Alignment
from backoffice.reconcile.hr_file import Gate
from backoffice.rules.text import n2

MOST = 0.8
# As many changed rows are enough to recognise a swapped column.
SAMPLE = 2_000

OTHER_FILE = N_(
    "%(changed)d of %(rows)d rows have a code and a personnel number the accepted file does not know "
    "(allowed: %(limit)d): this may be the file of another source"
)
EMPTIED = N_("%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): it is empty in %(percent)d %%")
FILLED = N_("%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): they were empty before")
SWAPPED = N_(
    "%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): %(column)s and %(other)s look swapped"
)
MOVED_HERE = N_(
    "%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): it holds what %(other)s held"
)
SORTED = N_(
    "%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): "
    "the same values now stand in other rows, as if the column had been sorted alone or had slipped"
)
ONE_VALUE = N_(
    "%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d): "
    "%(percent)d %% of them are now «%(value)s»"
)
CHANGED = N_("%(changed)d of %(rows)d cells of %(column)s changed (allowed: %(limit)d), the first on line %(line)d")

Mask = npt.NDArray[np.bool_]


def cell_gates(
    new: pd.DataFrame, previous: pd.DataFrame, aligned: Alignment, columns: Sequence[str], allowed: int
) -> list[Gate]:
    """Give a gate for each column with too many changed cells, and one if the people themselves are others."""
    old_rows = previous.take(aligned.old).reset_index(drop=True)
    new_rows = new.take(aligned.new).reset_index(drop=True)
    gates = list(_other_file(aligned, allowed))
    for column in columns:
        changed = changed_cells(old_rows[column], new_rows[column])
        if (count := int(changed.sum())) > allowed:
            places = {"column": column, "changed": count, "rows": len(changed), "limit": allowed}
            message, more = _why(column, old_rows, new_rows, changed, columns)
            gates.append(Gate("cells", message, {**places, **more}))
    return gates


def _other_file(aligned: Alignment, allowed: int) -> Iterator[Gate]:
    replaced = min(len(aligned.gone), len(aligned.added))
    if replaced > allowed:
        places = {"changed": replaced, "rows": len(aligned.old) + len(aligned.added), "limit": allowed}
        yield Gate("cells", OTHER_FILE, places)


def changed_cells(old: pd.Series, new: pd.Series) -> Mask:
    """Say for each pair of cells whether they differ; raw first, only what differs is folded."""
    changed: Mask = np.array(old != new, dtype=bool)
    at = np.flatnonzero(changed)
    if len(at):
        changed[at] = folded(old.iloc[at]) != folded(new.iloc[at])
    return changed


def folded(cells: pd.Series) -> "npt.NDArray[np.object_]":
    """Give the cells at N2, each distinct value folded once."""
    codes, values = pd.factorize(cells)
    return np.array([n2(value) for value in values], dtype=object)[codes]


def _why(
    column: str, old: pd.DataFrame, new: pd.DataFrame, changed: Mask, columns: Sequence[str]
) -> tuple[str, dict[str, object]]:
    after = new.loc[changed, column]
    if float((after == "").mean()) >= MOST:
        return EMPTIED, {"percent": round(100 * float((new[column] == "").mean()))}
    if float((old.loc[changed, column] == "").mean()) >= MOST:
        return FILLED, {}
    if other := _source_of(column, old, new, changed, columns):
        return other
    if _same_values(old[column], new[column]):
        return SORTED, {}
    value = str(after.mode()[0])
    share = float((after == value).mean())
    if share >= MOST:
        return ONE_VALUE, {"value": value, "percent": round(100 * share)}
    return CHANGED, {"line": int(new.loc[changed, "line"].min())}


def _source_of(
    column: str, old: pd.DataFrame, new: pd.DataFrame, changed: Mask, columns: Sequence[str]
) -> tuple[str, dict[str, object]] | None:
    """Find the column whose old values now stand in this one."""
    at = np.flatnonzero(changed)
    at = at[:: -(-len(at) // SAMPLE)]
    here = folded(new[column].iloc[at])
    for other in columns:
        if other == column:
            continue
        there = folded(old[other].iloc[at])
        if float(((here == there) & (here != "")).mean()) < MOST:
            continue
        back = folded(new[other].iloc[at]) == folded(old[column].iloc[at])
        return (SWAPPED if float(back.mean()) >= MOST else MOVED_HERE), {"other": other}
    return None


def _same_values(old: pd.Series, new: pd.Series) -> bool:
    counts = pd.concat([old.value_counts(), new.value_counts()], axis=1).fillna(0)
    return len(counts) > 1 and float(counts.min(axis=1).sum()) >= MOST * len(old)
