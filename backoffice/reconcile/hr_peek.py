"""A first look at an HR export: its columns and first rows, also where it is not yet known what they mean.

Source: mission S47 (column mapping, preview).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backoffice.reconcile import hr_csv, hr_encoding, hr_xlsx
from backoffice.reconcile.hr_file import FileFaultError
from backoffice.reconcile.hr_header import (
    RECORDS_LOOKED_AT,
    Header,
    HeaderWords,
    Record,
    clean_name,
    find_header,
    header_words,
)
from backoffice.reconcile.read_hr import ZIP, refuse_format
from backoffice.settings import HrSettings, HrSource

ROWS = 10
_LOOKED_AT = RECORDS_LOOKED_AT + ROWS
# As many characters hold the first records of any file that can be read.
_TEXT = 4 * 1024**2


@dataclass(frozen=True)
class Peek:
    """The header as found, or guessed where no name in it is known, and the first rows below it, as wide as it."""

    header: Header
    rows: list[tuple[str, ...]]


def peek(
    path: Path, source: HrSource, hr: HrSettings, *, limit_bytes: int, mapping: Mapping[str, str] | None = None
) -> Peek | None:
    """Look at a file; None where it has no columns to show. Raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        data = stream.read(limit_bytes + 1)
    words = header_words(source, hr, mapping)
    if len(data) > limit_bytes:
        return None
    with suppress(FileFaultError):
        refuse_format(data)
        return _look(_workbook_records(data, words) if data.startswith(ZIP) else _text_records(data, words), words)
    return None


def _workbook_records(data: bytes, words: HeaderWords) -> list[Record]:
    hr_xlsx.look_inside(data)
    sheets = hr_xlsx.sheets_of(data)
    return hr_xlsx.first_records(hr_xlsx.choose(sheets, words)[1], _LOOKED_AT) if sheets else []


def _text_records(data: bytes, words: HeaderWords) -> list[Record]:
    text = hr_encoding.lenient(data)[:_TEXT]
    delimiter, header = hr_csv.delimiter_and_header(text, words)
    if header is None:
        delimiter = max(hr_csv.DELIMITERS, key=lambda sign: _width(hr_csv.first_records(text, sign)))
    return hr_csv.first_records(text, delimiter, _LOOKED_AT)


def _width(records: Sequence[Record]) -> int:
    return max((len(row) for _line, row in records), default=0)


def _look(records: Sequence[Record], words: HeaderWords) -> Peek | None:
    if not records:
        return None
    position, header = find_header(records, words) or _guessed(records)
    width = len(header.names)
    below = (row for _line, row in records[position + 1 : position + 1 + ROWS])
    return Peek(header, [(*row[:width], *[""] * (width - len(row))) for row in below])


def _guessed(records: Sequence[Record]) -> tuple[int, Header]:
    """Take the first of the widest records as header, its names unknown."""
    head = records[:RECORDS_LOOKED_AT]
    widest = _width(head)
    position = next(at for at, (_line, row) in enumerate(head) if len(row) == widest)
    line, row = head[position]
    return position, Header(line, tuple(clean_name(name) for name in row), ("",) * len(row))
