"""Reading one HR export: strict, nothing guessed, a sentence for every fault, never a traceback.

Source: reconciliation.md "Gates on the file"; contract.md "HR file".
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from backoffice.i18n import N_
from backoffice.reconcile import hr_encoding, hr_rows, hr_xlsx
from backoffice.reconcile.hr_file import FileFaultError, Gate, HrFile
from backoffice.reconcile.hr_header import HeaderWords, header_words
from backoffice.reconcile.hr_table import Table
from backoffice.settings import HrSettings, HrSource

BROWSER_LIMIT = 50 * 1024**2
COMMAND_LIMIT = 300 * 1024**2
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARKUP = re.compile(rb"\s*<[!?a-z]", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

TOO_LARGE = N_("the file has %(found)d MB; at most %(limit)d MB are read")
NO_BYTES = N_("the file is empty")
OLD_XLS = N_("the file is an old .xls workbook or is locked with a password; save as .xlsx or CSV")
MARKUP = N_("the file is a web page (HTML or XML), whatever its name says; save as .xlsx or CSV")
OTHER_FORMAT = N_("the file is %(kind)s, not a table; save as .xlsx or CSV")
_REFUSED: dict[bytes, Gate] = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Gate("format", OLD_XLS),
    b"\x09\x08\x10\x00": Gate("format", OLD_XLS),
    b"\x09\x08\x08\x00": Gate("format", OLD_XLS),
    b"\x09\x04\x06\x00": Gate("format", OLD_XLS),
    b"\x09\x02\x06\x00": Gate("format", OLD_XLS),
    b"\x09\x00\x04\x00": Gate("format", OLD_XLS),
    b"%PDF-": Gate("format", OTHER_FORMAT, {"kind": "PDF"}),
    b"\x1f\x8b": Gate("format", OTHER_FORMAT, {"kind": "gzip"}),
    b"Rar!": Gate("format", OTHER_FORMAT, {"kind": "RAR"}),
    b"7z\xbc\xaf": Gate("format", OTHER_FORMAT, {"kind": "7z"}),
    b"SQLite format 3": Gate("format", OTHER_FORMAT, {"kind": "a database"}),
}


def read(
    path: Path,
    source: HrSource,
    hr: HrSettings,
    *,
    limit_bytes: int = COMMAND_LIMIT,
    mapping: Mapping[str, str] | None = None,
) -> HrFile:
    """Read an export of a source. ``mapping`` (header → our field, "" = leave out) wins over all synonyms.

    Faults of the file are in the result; OSError only where the file itself cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(limit_bytes + 1)
    words = header_words(source, hr, mapping)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        table = _table(data, words, limit_bytes, path.stat().st_size)
    except FileFaultError as fault:
        return HrFile(sha256, _guess(data), 0, hr_rows.empty_frame(), [], (), (), [], fault.gates)
    return _good(sha256, table, source, hr)


def _table(data: bytes, words: HeaderWords, limit: int, size: int) -> Table:
    if len(data) > limit:
        places = {"found": -(-max(size, len(data)) // 1024**2), "limit": limit // 1024**2}
        raise FileFaultError(Gate("size", TOO_LARGE, places))
    refuse_format(data)
    if data.startswith(ZIP):
        return hr_xlsx.read_workbook(data, words)
    return hr_encoding.read_bytes(data, words)


def refuse_format(data: bytes) -> None:
    """Raise FileFaultError for a file that is no table of a kind we read."""
    if not data:
        raise FileFaultError(Gate("empty", NO_BYTES))
    for magic, gate in _REFUSED.items():
        if data.startswith(magic):
            raise FileFaultError(gate)
    start = data[:1024]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    if _MARKUP.match(start.replace(b"\x00", b"")):
        raise FileFaultError(Gate("format", MARKUP))


def _guess(data: bytes) -> str:
    """Name the encoding of a file at fault as far as its first bytes tell."""
    if data.startswith(ZIP):
        return hr_xlsx.XLSX
    if data.startswith(_MARKS[1:]):
        return hr_encoding.UTF16
    return hr_encoding.UTF8_BOM if data.startswith(_MARKS[0]) else hr_encoding.UTF8


def _good(sha256: str, table: Table, source: HrSource, hr: HrSettings) -> HrFile:
    frame, quarantined, warnings = hr_rows.read_rows(table, source, hr)
    named = zip(table.header.names, table.header.fields, strict=True)
    unknown = tuple(name for name, ours in named if name and not ours)
    return HrFile(
        sha256=sha256,
        encoding=table.encoding,
        rows=len(table.lines),
        frame=frame,
        quarantined=quarantined,
        columns=table.header.known,
        unknown_columns=unknown,
        warnings=warnings,
        faults=[],
    )
