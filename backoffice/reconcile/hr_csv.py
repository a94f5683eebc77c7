"""Strict reading of delimited text: exact field counts, closed quotes, nothing guessed.

Source: reconciliation.md "Gates on the file"; reliability.md §1 (what read_csv does with damaged files).
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

import numpy as np
import pyarrow as pa

from backoffice.i18n import N_
from backoffice.reconcile.hr_file import FileFaultError, Gate
from backoffice.reconcile.hr_header import RECORDS_LOOKED_AT, Header, HeaderWords, Record, find_header, header_faults
from backoffice.reconcile.hr_table import (
    CELL_LIMIT,
    CELL_TOO_LONG,
    CONTROL,
    CONTROL_FOUND,
    Table,
    check,
    check_width,
)

DELIMITERS = (",", ";", "\t")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
_BREAK = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(CONTROL)

NOTHING_IN_IT = N_("the file is empty")
UTF16_WITHOUT_MARK = N_("the file has zero bytes: it looks like UTF-16 without its mark; save it as CSV UTF-8")
WRONG_FIELDS = N_(
    "line %(line)d has %(found)d fields, the header has %(expected)d (%(count)d such records); "
    "a cell that holds a %(delimiter)s must stand in quotes"
)
CUT_IN_RECORD = N_(
    "the last record, on line %(line)d, has %(found)d of %(expected)d fields: "
    "the file ends in the middle of it and is cut"
)
OPEN_QUOTE = N_("the quote opened on line %(line)d is never closed")
STRAY_QUOTE = N_("the quote opened on line %(line)d is followed by text after its closing quote on line %(end)d")
SWALLOWED = N_("the quote opened in the record on line %(line)d swallows the next record: a quote is stray there")


def read_text(text: str, encoding: str, words: HeaderWords) -> Table:
    """Give the table of a delimited text. Raises FileFaultError for every fault of its form."""
    if not text.strip("\ufeff \t\r\n,;"):
        raise FileFaultError(Gate("empty", NOTHING_IN_IT))
    _refuse_control_characters(text)
    delimiter, header = delimiter_and_header(text, words)
    faults = header_faults(header, words)
    if faults or header is None:
        raise FileFaultError(*_quotes_in_head(text, delimiter), *faults)
    check_width(header)
    records = _body(text, delimiter, header)
    _check_fields(records, header, delimiter, text)
    _check_swallowed(records, header, delimiter)
    return check(_table(records, encoding, header))


def _refuse_control_characters(text: str) -> None:
    found = _CONTROL.search(text)
    if found is None:
        return
    if text[:4000].count("\x00") > len(text[:4000]) // 4:
        raise FileFaultError(Gate("control_characters", UTF16_WITHOUT_MARK))
    places = {"line": line_at(text, found.start()), "code": ord(found[0])}
    raise FileFaultError(Gate("control_characters", CONTROL_FOUND, places))


def line_at(text: str, position: int) -> int:
    """Give the physical line (from 1) of a position in a text."""
    return len(_BREAK.findall(text, 0, position)) + 1


def delimiter_and_header(text: str, words: HeaderWords) -> tuple[str, Header | None]:
    """Give the delimiter under which a header is found, and the header with all required names or the most known."""
    best: tuple[str, Header | None] = (DELIMITERS[0], None)
    for delimiter in DELIMITERS:
        found = find_header(first_records(text, delimiter), words)
        if found is None:
            continue
        header = found[1]
        if not words.missing(header.known):
            return delimiter, header
        if best[1] is None or len(set(header.known)) > len(set(best[1].known)):
            best = delimiter, header
    return best


def first_records(text: str, delimiter: str, count: int = RECORDS_LOOKED_AT) -> list[Record]:
    """Give the first records up to a fault in their quotes."""
    head: list[Record] = []
    # A fault here is met again, and said where it is, by the strict reading of the body.
    with suppress(csv.Error):
        head.extend(islice(_records(text, delimiter), count))
    return head


def _quotes_in_head(text: str, delimiter: str) -> list[Gate]:
    try:
        for _record in islice(_records(text, delimiter), RECORDS_LOOKED_AT):
            pass
    except csv.Error:
        return [_quote_fault(text, delimiter)]
    return []


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    last = 0
    for row in reader:
        if row and (row[0] or any(row)) and not _is_blank(row):
            yield last + 1, row
        last = reader.line_num


def _is_blank(row: Sequence[str]) -> bool:
    return not row[0].strip() and not any(cell.strip() for cell in row)


def _body(text: str, delimiter: str, header: Header) -> list[tuple[int, list[str]]]:
    records: list[tuple[int, list[str]]] = []
    try:
        records.extend(record for record in _records(text, delimiter) if record[0] > header.line)
    except csv.Error:
        raise FileFaultError(_quote_fault(text, delimiter)) from None
    return records


def _check_fields(records: list[tuple[int, list[str]]], header: Header, delimiter: str, text: str) -> None:
    expected = len(header.names)
    wrong = [(line, len(row)) for line, row in records if len(row) != expected]
    if not wrong:
        return
    line, found = wrong[0]
    places: dict[str, object] = {"line": line, "found": found, "expected": expected}
    if line == records[-1][0] and found < expected and not text.endswith(("\n", "\r")):
        raise FileFaultError(Gate("fields", CUT_IN_RECORD, places))
    places |= {"count": len(wrong), "delimiter": DELIMITER_NAMES[delimiter]}
    raise FileFaultError(Gate("fields", WRONG_FIELDS, places))


def _check_swallowed(records: list[tuple[int, list[str]]], header: Header, delimiter: str) -> None:
    """Find two stray quotes that hide the border of two records yet leave the number of fields right."""
    step = len(header.names) - 1
    for line, row in records:
        for cell in row:
            if "\n" in cell and cell.count(delimiter) and not cell.count(delimiter) % step:
                raise FileFaultError(Gate("quotes", SWALLOWED, {"line": line}))


def _table(records: list[tuple[int, list[str]]], encoding: str, header: Header) -> Table:
    lines = np.fromiter((line for line, _row in records), dtype=np.int64, count=len(records))
    cells = zip(*(row for _line, row in records), strict=True)
    columns = [pa.array(column, pa.large_string()) for column in cells]
    return Table(encoding, header, columns, lines)


def _quote_fault(text: str, delimiter: str) -> Gate:
    """Say where the quote (or the endless cell) is that stopped the strict reader."""
    ends = re.compile(f"[{delimiter}\r\n]")
    position = 0
    while position < len(text):
        start = position
        if text[start] == '"':
            close = _closing_quote(text, start + 1)
            if close < 0:
                return Gate("quotes", OPEN_QUOTE, {"line": line_at(text, start)})
            if text[close + 1 : close + 2] not in (delimiter, "\r", "\n", ""):
                places = {"line": line_at(text, start), "end": line_at(text, close)}
                return Gate("quotes", STRAY_QUOTE, places)
            position = close + 1
        found = ends.search(text, position)
        position = found.end() if found else len(text)
        if position - start > CELL_LIMIT:
            return Gate("cell_size", CELL_TOO_LONG, {"line": line_at(text, start), "limit": CELL_LIMIT})
    return Gate("quotes", OPEN_QUOTE, {"line": line_at(text, len(text))})


def _closing_quote(text: str, position: int) -> int:
    while True:
        found = text.find('"', position)
        if found < 0 or text[found + 1 : found + 2] != '"':
            return found
        position = found + 2
