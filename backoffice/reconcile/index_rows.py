"""The good rows of an HR file as the index of persons keeps them."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from backoffice.rules import fields
from backoffice.rules.text import n2

_OWN_COLUMNS = ("status_class", "padded")


def index_rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give a frame of ``read_hr`` row by row: the keys that rows are found by, and ``values`` as text but ``line``.

    An empty cell says nothing and is not kept.
    """
    names = [name for name in frame.columns if name not in _OWN_COLUMNS]
    columns = [frame[name].tolist() for name in frame.columns]
    for cells in zip(*columns, strict=True):
        row = dict(zip(frame.columns, cells, strict=True))
        yield {
            "id_type": row["id_type"],
            "national_code": row["national_code"],
            "padded": bool(row["padded"]),
            "personnel_number": row["personnel_number"],
            "birth_date": row.get(fields.BIRTH_DATE, ""),
            "name_key": n2(_whole_name(row))[:255],
            "status_class": row["status_class"],
            "values": {name: row[name] for name in names if row[name] != ""},
        }


def _whole_name(row: dict[str, Any]) -> str:
    first, last = row.get(fields.FIRST_NAME, ""), row.get(fields.LAST_NAME, "")
    return f"{first} {last}" if first and last else row.get(fields.FULL_NAME, "") or first or last
