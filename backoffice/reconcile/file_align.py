"""Which row of the earlier file is which row of the new one: by code and personnel number, then by either alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from backoffice.rules.fields import NATIONAL_CODE, PERSONNEL_NUMBER

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Alignment:
    """Positions of rows that belong together (``old[k]`` and ``new[k]``), and of rows only one file has."""

    old: Positions
    new: Positions
    gone: Positions
    added: Positions


def align(old: pd.DataFrame, new: pd.DataFrame) -> Alignment:
    """Pair the rows of two frames; a code or number alone decides only where it is unique among the rest."""
    left, right = np.arange(len(old)), np.arange(len(new))
    pairs: list[tuple[Positions, Positions]] = []
    for keys in ([NATIONAL_CODE, PERSONNEL_NUMBER], [NATIONAL_CODE], [PERSONNEL_NUMBER]):
        found = _pairs(_keys(old, keys, left), _keys(new, keys, right))
        pairs.append((left[found[0]], right[found[1]]))
        left, right = np.delete(left, found[0]), np.delete(right, found[1])
    old_at = np.concatenate([pair[0] for pair in pairs])
    new_at = np.concatenate([pair[1] for pair in pairs])
    return Alignment(old_at, new_at, left, right)


def _keys(frame: pd.DataFrame, names: list[str], at: Positions) -> pd.DataFrame:
    """Give the key columns of some rows; equal pairs of code and number are told apart by their order."""
    keys = frame[names].take(at).reset_index(drop=True)
    if len(names) > 1:
        return keys.assign(copy=keys.groupby(names, sort=False).cumcount())
    return keys[~keys.duplicated(keep=False) & (keys[names[0]] != "")]


def _pairs(left: pd.DataFrame, right: pd.DataFrame) -> tuple[Positions, Positions]:
    names = list(left.columns)
    found = left.assign(_old=left.index).merge(right.assign(_new=right.index), on=names, how="inner")
    return found["_old"].to_numpy(np.int64), found["_new"].to_numpy(np.int64)
