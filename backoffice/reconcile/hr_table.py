"""A raw table out of a CSV or XLSX file: texts in columns, with the line each record starts on."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backoffice.i18n import N_
from backoffice.reconcile.hr_file import FileFaultError, Gate, Notice
from backoffice.reconcile.hr_header import Header

CELL_LIMIT = 32_767
COLUMN_LIMIT = 200
# Tab and line breaks are white space inside a cell, every other control character is damage.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"

CELL_TOO_LONG = N_(
    "the record on line %(line)d has a cell of more than %(limit)d characters; "
    "a quote may have been left open before it"
)
CONTROL_FOUND = N_("line %(line)d holds the control character U+%(code)04X")
TOO_MANY_COLUMNS = N_("the header has %(found)d columns; at most %(limit)d are read")
NO_ROWS = N_("there is no row below the header on line %(line)d")


@dataclass(frozen=True)
class Table:
    """Data records below the header; ``columns`` holds one text array for each header, ``lines`` int64."""

    encoding: str
    header: Header
    columns: list[pa.LargeStringArray]
    lines: npt.NDArray[np.int64]
    warnings: list[Notice] = field(default_factory=list)


def check(table: Table) -> Table:
    """Give the table back. Raises FileFaultError for cells too long and a table without rows."""
    if not len(table.lines):
        raise FileFaultError(Gate("empty", NO_ROWS, {"line": table.header.line}))
    for column in table.columns:
        if (pc.max(pc.utf8_length(column)).as_py() or 0) > CELL_LIMIT:
            raise FileFaultError(_too_long(column, table.lines))
    return table


def check_width(header: Header) -> None:
    """Raise FileFaultError for more columns than are read."""
    if len(header.names) > COLUMN_LIMIT:
        places = {"found": len(header.names), "limit": COLUMN_LIMIT}
        raise FileFaultError(Gate("columns", TOO_MANY_COLUMNS, places))


def _too_long(column: pa.LargeStringArray, lines: npt.NDArray[np.int64]) -> Gate:
    at = int(pc.index(pc.greater(pc.utf8_length(column), CELL_LIMIT), pa.scalar(value=True)).as_py())
    return Gate("cell_size", CELL_TOO_LONG, {"line": int(lines[at]), "limit": CELL_LIMIT})
