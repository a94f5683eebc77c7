"""From the bytes of a text export to its characters: mark, strict UTF-8, or Windows-1256 if that makes sense.

Source: reconciliation.md "Gates on the file" (cp1256 decodes any byte, so it must be proved).
"""

import codecs
import re

import pyarrow.compute as pc

from backoffice.i18n import N_
from backoffice.reconcile.hr_csv import read_text
from backoffice.reconcile.hr_file import FileFaultError, Gate
from backoffice.reconcile.hr_header import HeaderWords
from backoffice.reconcile.hr_table import Table
from backoffice.rules.fields import NAME_FIELDS

UTF8, UTF8_BOM, UTF16, CP1256 = "utf-8", "utf-8-sig", "utf-16", "cp1256"
NAME_SHARE = 0.99
# As many letters in one line that is right UTF-8 are no accident of another encoding.
LETTERS_THAT_PROVE = 4
_PERSIAN_NAME = "^[\u0621-\u063a\u0641-\u0652\u0670-\u06d3\u06d5 \u00a0\u200c\\-.]+$"
_ARABIC_LETTER = re.compile("[\u0621-\u063a\u0641-\u064a\u0670-\u06d3]")
_BREAK = re.compile(rb"\r\n|\r|\n")

MIXED = N_("the encodings are mixed from line %(line)d on: it is not written like the lines before it")
NOT_UTF8 = N_("the file is marked as UTF-8, but line %(line)d is not; save the file as CSV UTF-8")
ODD_UTF16 = N_("the file says it is UTF-16 but cannot be read as such: it is cut or damaged")
CUT_IN_LETTER = N_("the file ends in the middle of a letter on line %(line)d: it is cut")
NO_HEADER_1256 = N_("line %(line)d is not UTF-8, and read as Windows-1256 the header makes no sense")


def read_bytes(data: bytes, words: HeaderWords) -> Table:
    """Give the table of a text export. Raises FileFaultError for its encoding and its form."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return read_text(_utf16(data), UTF16, words)
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        text = data.decode(UTF8_BOM if marked else UTF8)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise FileFaultError(Gate("encoding", CUT_IN_LETTER, {"line": _line_at(data, error.start)})) from None
        return _read_cp1256(data, error.start, words, marked=marked)
    return read_text(text, UTF8_BOM if marked else UTF8, words)


def lenient(data: bytes) -> str:
    """Give the text of an export for a first look, whatever is damaged in it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode(UTF16, "replace")
    try:
        return data.decode(UTF8_BOM)
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data"
        return data.decode(UTF8_BOM, "replace") if is_cut or _begins_as_utf8(data) else data.decode(CP1256)


def _begins_as_utf8(data: bytes) -> bool:
    return next((_kind(line) == UTF8 for line in _BREAK.split(data) if not line.isascii()), False)


def _utf16(data: bytes) -> str:
    try:
        return data.decode(UTF16)
    except UnicodeDecodeError:
        raise FileFaultError(Gate("encoding", ODD_UTF16)) from None


def _read_cp1256(data: bytes, bad: int, words: HeaderWords, *, marked: bool) -> Table:
    line = _line_at(data, bad)
    if marked:
        raise FileFaultError(Gate("encoding", NOT_UTF8, {"line": line}))
    if mixed := _first_mixed_line(data):
        raise FileFaultError(Gate("encoding", MIXED, {"line": mixed}))
    table = _table_1256(data.decode(CP1256), line, words)
    _prove_names(table)
    return table


def _table_1256(text: str, line: int, words: HeaderWords) -> Table:
    try:
        return read_text(text, CP1256, words)
    except FileFaultError as fault:
        if any(gate.gate in {"required_columns", "control_characters"} for gate in fault.gates):
            raise FileFaultError(Gate("encoding", NO_HEADER_1256, {"line": line}), *fault.gates) from None
        raise


def _line_at(data: bytes, position: int) -> int:
    return len(_BREAK.findall(data, 0, position)) + 1


def _first_mixed_line(data: bytes) -> int:
    """Give the first line in another encoding than the first line that is not ASCII; 0 if there is none."""
    first = ""
    for number, line in enumerate(_BREAK.split(data), start=1):
        kind = "" if line.isascii() else _kind(line)
        first = first or kind
        if kind and kind != first:
            return number
    return 0


def _kind(line: bytes) -> str:
    try:
        text = line.decode(UTF8)
    except UnicodeDecodeError:
        return CP1256
    return UTF8 if len(_ARABIC_LETTER.findall(text)) >= LETTERS_THAT_PROVE else ""


def _prove_names(table: Table) -> None:
    """Hold a file whose name cells are not written in Persian once read as Windows-1256."""
    total = persian = 0
    odd_line = 0
    for ours, column in zip(table.header.fields, table.columns, strict=True):
        if ours not in NAME_FIELDS:
            continue
        trimmed = pc.utf8_trim_whitespace(column)
        good = pc.or_(pc.match_substring_regex(trimmed, _PERSIAN_NAME), pc.equal(trimmed, ""))
        empty = pc.sum(pc.equal(trimmed, "")).as_py()
        total += len(column) - empty
        persian += pc.sum(good).as_py() - empty
        at = pc.index(good, False).as_py()
        odd_line = odd_line or (int(table.lines[at]) if at >= 0 else 0)
    if persian < NAME_SHARE * total:
        raise FileFaultError(Gate("encoding", MIXED, {"line": odd_line}))
