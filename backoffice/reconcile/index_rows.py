"""The good rows of an HR file as the index of persons keeps them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from backoffice.rules import fields
from backoffice.rules.identity_evidence import name_key

Contents = npt.NDArray[np.int64]
_COLUMNS = ("id_type", "national_code", "padded", "personnel_number", "status_class")
_LINE = "line"
_NOT_VALUES = frozenset({"status_class", "padded", _LINE})
_KEY_LENGTH = 255


def contents(frame: pd.DataFrame) -> Contents:
    """Give a hash of each row of ``read_hr``, its line left out: the same row gives the same number at any time."""
    columns = sorted(name for name in frame.columns if name != _LINE)
    hashes = pd.util.hash_pandas_object(frame[columns], index=False)
    return hashes.to_numpy().view(np.int64)


def as_contents(hashes: Iterable[int]) -> Contents:
    """Give hashes that were stored as ``contents`` gave them."""
    return np.fromiter(hashes, dtype=np.int64)


def missing(wanted: Contents, held: Contents) -> "npt.NDArray[np.intp]":
    """Give the places in ``wanted`` of what is not in ``held``, each content once."""
    found, places = np.unique(wanted, return_index=True)
    return places[~np.isin(found, held)]


def index_rows(frame: pd.DataFrame, hashes: Contents) -> Iterator[dict[str, Any]]:
    """Give the rows one by one: the keys that they are found by, and ``values``. An empty cell is not kept."""
    names = list(frame.columns)
    columns = [frame[name].tolist() for name in names]
    for content, *cells in zip(hashes.tolist(), *columns, strict=True):
        row = dict(zip(names, cells, strict=True))
        first, last = row.get(fields.FIRST_NAME, ""), row.get(fields.LAST_NAME, "")
        yield {
            **{name: row[name] for name in _COLUMNS},
            "content": content,
            "birth_date": row.get(fields.BIRTH_DATE, ""),
            "name_key": name_key(first, last, row.get(fields.FULL_NAME, ""))[:_KEY_LENGTH],
            "values": {name: value for name, value in row.items() if name not in _NOT_VALUES and value != ""},
        }
