"""A table of a page as a file that people open in Excel: texts and whole numbers, nothing is computed.

Source: reliability.md §1.
"""

from collections.abc import Sequence

from backoffice.services.workbooks import Cell, Table, safe, written

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def content(title: str, header: Sequence[str], rows: Sequence[Sequence[str | int]], form: str, *, rtl: bool) -> bytes:
    """Give the file; ``form``: csv or xlsx."""
    if form == "csv":
        return csv([header, *rows])
    return written(Table(title, header, [[_cell(value) for value in row] for row in rows]), rtl=rtl)


def _cell(value: str | int) -> Cell:
    return Cell(value) if isinstance(value, str) else Cell(str(value), number=value)


def csv(lines: Sequence[Sequence[str | int]]) -> bytes:
    """Give lines as CSV that Excel reads as UTF-8, every cell quoted."""
    rows = ([safe(str(text)).replace('"', '""') for text in line] for line in lines)
    return ("\ufeff" + "".join(",".join(f'"{text}"' for text in row) + "\r\n" for row in rows)).encode()
