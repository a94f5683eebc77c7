"""Reading an XLSX export: the zip is looked at first, then parsed in a process with limits.

Source: reconciliation.md "Gates on the file"; reliability.md §1 (a 5 MB workbook took 20 s of processor time).
"""

import io
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backoffice.i18n import N_
from backoffice.reconcile.hr_file import FileFaultError, Gate, Notice
from backoffice.reconcile.hr_header import RECORDS_LOOKED_AT, Header, HeaderWords, Record, find_header, header_faults
from backoffice.reconcile.hr_table import CONTROL, CONTROL_FOUND, Table, check, check_width

UNPACKED_LIMIT = 200 * 1024**2
MEMBER_LIMIT = 200
SECONDS = 120
XLSX = "xlsx"
WORKBOOK = "xl/workbook.xml"
# A document type must stand before the first element, so the beginning of a member is enough.
PROLOG_BYTES = 64 * 1024
_ENCRYPTED = 0x1
_CHILD = Path(__file__).with_name("hr_xlsx_child.py")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

DAMAGED = N_("the .xlsx file is damaged or cut and cannot be opened; save it again as .xlsx or CSV")
NOT_XLSX = N_("the file is packed but is no .xlsx workbook; save as .xlsx or CSV")
LOCKED = N_("the workbook is locked with a password; save it without one as .xlsx or CSV")
TOO_BIG = N_("the workbook unpacks to %(found)d MB; at most %(limit)d MB are read; save as CSV")
TOO_MANY = N_("the workbook has %(found)d parts; at most %(limit)d are read; save as CSV")
DOCTYPE = N_("«%(part)s» in the workbook declares a document type, which no spreadsheet program does; save as CSV")
NO_SHEET = N_("the workbook has no visible sheet with cells")
TOO_HEAVY = N_("the workbook cannot be read within the limits of memory and time; save as CSV")
OTHER_SHEETS = N_("only the sheet «%(read)s» was read; not read: %(others)s")


def read_workbook(data: bytes, words: HeaderWords) -> Table:
    """Give the table of the first sheet that has a header. Raises FileFaultError for faults of the form."""
    look_inside(data)
    sheets = sheets_of(data)
    if not sheets:
        raise FileFaultError(Gate("empty", NO_SHEET))
    name, batch, header = choose(sheets, words)
    _refuse_control_characters(batch)
    faults = header_faults(header, words)
    if faults or header is None:
        raise FileFaultError(*faults)
    check_width(header)
    others = [other for other, _batch in sheets if other != name]
    warnings = [Notice(OTHER_SHEETS, {"read": name, "others": ", ".join(others)})] if others else []
    return check(_table(batch, header, warnings))


def look_inside(data: bytes) -> None:
    """Raise FileFaultError for a workbook that is damaged, locked, none at all, or too large unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look_at_members(archive)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, zlib.error):
        raise FileFaultError(Gate("format", DAMAGED)) from None


def _look_at_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MEMBER_LIMIT:
        raise _fault(TOO_MANY, found=len(members), limit=MEMBER_LIMIT)
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT:
        raise _fault(TOO_BIG, found=unpacked // 1024**2, limit=UNPACKED_LIMIT // 1024**2)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise _fault(LOCKED)
    if WORKBOOK not in {member.filename for member in members}:
        raise _fault(NOT_XLSX)
    if any(member.compress_type not in _METHODS for member in members):
        raise _fault(DAMAGED)
    for member in members:
        _refuse_document_type(archive, member)


def _refuse_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if not member.filename.endswith((".xml", ".rels")):
        return
    with archive.open(member) as part:
        prolog = part.read(PROLOG_BYTES).replace(b"\x00", b"")
    if re.search(rb"<!(DOCTYPE|ENTITY)", prolog, re.IGNORECASE):
        raise _fault(DOCTYPE, part=member.filename)


def _fault(message: str, **places: object) -> FileFaultError:
    return FileFaultError(Gate("format", message, places))


def sheets_of(data: bytes) -> list[tuple[str, pa.RecordBatch]]:
    """Give name and cells of every visible sheet that has some. Raises FileFaultError."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _fault(TOO_HEAVY) from None
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _fault(TOO_HEAVY)
    if done.returncode:
        raise _fault(DAMAGED)
    return list(_streams(done.stdout))


def _streams(output: bytes) -> Iterator[tuple[str, pa.RecordBatch]]:
    source = pa.BufferReader(output)
    while source.tell() < source.size():
        with pa.ipc.open_stream(source) as stream:
            name = (stream.schema.metadata or {}).get(b"sheet", b"").decode()
            yield name, stream.read_next_batch()
            for _rest in stream:
                pass


def choose(sheets: list[tuple[str, pa.RecordBatch]], words: HeaderWords) -> tuple[str, pa.RecordBatch, Header | None]:
    """Give the first sheet with all required names, or else the first with a known one, or else the first."""
    best: tuple[str, pa.RecordBatch, Header | None] = (*sheets[0], None)
    for name, batch in sheets:
        found = find_header(first_records(batch), words)
        if found is None:
            continue
        if not words.missing(found[1].known):
            return name, batch, found[1]
        if best[2] is None:
            best = name, batch, found[1]
    return best


def first_records(batch: pa.RecordBatch, count: int = RECORDS_LOOKED_AT) -> list[Record]:
    """Give the first records with cells; ``line`` is the sheet row."""
    filled = np.flatnonzero(_filled(batch))[:count]
    return [(int(at) + 1, [(column[int(at)].as_py() or "") for column in batch.columns]) for at in filled]


def _filled(batch: pa.RecordBatch) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    filled = np.zeros(batch.num_rows, dtype=bool)
    for column in batch.columns:
        text = pc.fill_null(pc.utf8_trim_whitespace(column), "")
        filled |= pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    return filled


def _table(batch: pa.RecordBatch, header: Header, warnings: list[Notice]) -> Table:
    rows = np.flatnonzero(_filled(batch)) + 1
    lines = rows[rows > header.line].astype(np.int64)
    texts = [pc.fill_null(column, "").cast(pa.large_string()) for column in batch.columns]
    return Table(XLSX, header, [text.take(pa.array(lines - 1)) for text in texts], lines, warnings)


def _refuse_control_characters(batch: pa.RecordBatch) -> None:
    for column in batch.columns:
        found = pc.index(pc.match_substring_regex(column, CONTROL), pa.scalar(value=True)).as_py()
        if found >= 0:
            code = next(ord(c) for c in column[found].as_py() if re.match(CONTROL, c))
            raise FileFaultError(Gate("control_characters", CONTROL_FOUND, {"line": found + 1, "code": code}))
