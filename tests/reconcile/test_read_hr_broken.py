"""Broken exports of every kind: held by the right gate, with a sentence that says what and where."""

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from backoffice.reconcile.hr_table import CELL_LIMIT, COLUMN_LIMIT
from backoffice.reconcile.read_hr import read
from backoffice.settings import HrSettings
from tests.reconcile.exports import HEADER, PERSIAN_HEADER, SOURCE, as_csv, as_xlsx, people, person, read_data

GOOD = as_csv(people(8))
PERSIAN = as_csv(people(8, PERSIAN_HEADER))
ARABIC_YEH = PERSIAN.replace("ی", "ي")


def _lines(change: Callable[[list[str]], None]) -> bytes:
    lines = GOOD.splitlines()
    change(lines)
    return ("\n".join(lines) + "\n").encode()


def _set(number: int, text: str) -> bytes:
    def change(lines: list[str]) -> None:
        lines[number - 1] = text

    return _lines(change)


def _in_line(number: int, old: str, new: str) -> bytes:
    def change(lines: list[str]) -> None:
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)

    return _lines(change)


def _without(*names: str) -> bytes:
    keep = [i for i, name in enumerate(HEADER) if name not in names]
    return as_csv([[row[i] for i in keep] for row in people(8)]).encode()


def _with_column(header: str, value: str = "x") -> bytes:
    grid = people(8)
    return as_csv([[*row, header if i == 0 else value] for i, row in enumerate(grid)]).encode()


def _mixed_at(number: int, encoding: str, rest: str) -> bytes:
    lines = ARABIC_YEH.splitlines(keepends=True)
    return b"".join(line.encode(rest if i + 1 < number else encoding) for i, line in enumerate(lines))


def _zip(members: dict[str, bytes], base: bytes = b"") -> bytes:
    out = io.BytesIO(base)
    with zipfile.ZipFile(out, "a" if base else "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


WORKBOOK = as_xlsx(people(8))
UNQUOTED = ",".join(person(3))
STRAY = ",".join(person(2)).replace(",شاغل", ',"شاغل')

BROKEN: dict[str, tuple[bytes, str, str]] = {
    "a file of no bytes": (b"", "empty", "the file is empty"),
    "a file of blank lines": (b"\n\n  \n", "empty", "the file is empty"),
    "a file of delimiters": (b",,,\n,,,\n", "empty", "the file is empty"),
    "a header without rows": (as_csv([HEADER]).encode(), "empty", "below the header on line 1"),
    "rows without a header": (as_csv(people(8)[1:]).encode(), "required_columns", "is a header"),
    "a header after the tenth record": (b"report\n" * 10 + GOOD.encode(), "required_columns", "first 10 records"),
    "no national code": (_without("national_code"), "required_columns", "missing: national_code;"),
    "no personnel number": (_without("personnel_number"), "required_columns", "missing: personnel_number;"),
    "no last name": (_without("last_name"), "required_columns", "missing: last_name;"),
    "no name at all": (_without("first_name", "last_name"), "required_columns", "first_name, last_name"),
    "no status": (_without("status"), "required_columns", "missing: status;"),
    "two columns of national codes": (_with_column("کد ملی"), "doubled_column", "«national_code», «کد ملی»"),
    "two columns that are both a unit": (_with_column("دانشکده"), "doubled_column", "hold unit"),
    "the same header twice": (_with_column("status"), "doubled_column", "«status», «status»"),
    "more columns than are read": (
        as_csv([[*row, *(f"x{i}" for i in range(COLUMN_LIMIT))] for row in people(3)]).encode(),
        "columns",
        "207 columns",
    ),
    "a field too many": (_set(5, UNQUOTED + ",extra"), "fields", "line 5 has 8 fields, the header has 7"),
    "a field too few": (_set(5, ",".join(person(3)[:-1])), "fields", "line 5 has 6 fields"),
    "a comma that stands in no quotes": (_in_line(4, "دانشکده", "دانشکده, "), "fields", "a comma must stand in quotes"),
    "a file cut in its last record": (GOOD[:-25].encode(), "fields", "the last record, on line 9, has 5 of 7"),
    "a quote that is never closed": (_in_line(9, "شاغل", '"شاغل'), "quotes", "opened on line 9 is never closed"),
    "a quote opened in the header": (_in_line(1, "status", '"status'), "quotes", "line 1"),
    "text after a closing quote": (_in_line(6, "شاغل", '"شا"غل'), "quotes", "opened on line 6"),
    "a quote that swallows the next line": (
        _lines(lambda lines: lines.__setitem__(slice(3, 5), [STRAY, STRAY.replace(',"شاغل', ',شاغل"')])),
        "quotes",
        "line 4 swallows the next record",
    ),
    "a NUL byte": (_in_line(3, "شاغل", "شا\x00غل"), "control_characters", "line 3 holds the control character U+0000"),
    "an escape character": (_in_line(7, "شاغل", "\x1bشاغل"), "control_characters", "line 7"),
    "a vertical tab": (_in_line(2, "شاغل", "شا\x0bغل"), "control_characters", "U+000B"),
    "a control character of the upper half": (_in_line(2, "شاغل", "شا\x85غل"), "control_characters", "U+0085"),
    "a control character in an unknown column": (_with_column("note", "a\x07"), "control_characters", "U+0007"),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), "control_characters", "looks like UTF-16"),
    "a cell longer than a sheet allows": (_in_line(4, "شاغل", "ش" * (CELL_LIMIT + 1)), "cell_size", "line 4"),
    "a quoted cell longer than a sheet allows": (
        _in_line(4, "شاغل", '"' + "ش" * 200_000 + '"'),
        "cell_size",
        "line 4",
    ),
    "a long cell in a column nobody knows": (_with_column("note", "x" * 40_000), "cell_size", "line 2"),
    "UTF-8 up to a line of Windows-1256": (_mixed_at(6, "cp1256", "utf-8"), "encoding", "mixed from line 6 on"),
    "Windows-1256 up to a line of UTF-8": (_mixed_at(6, "utf-8", "cp1256"), "encoding", "mixed from line 6 on"),
    "Windows-1256 names that are no Persian": (
        as_csv([[*r[:2], "Müller", *r[3:]] if i else r for i, r in enumerate(people(8))]).encode("latin-1", "replace"),
        "encoding",
        "line 2",
    ),
    "headers that make no sense in Windows-1256": (PERSIAN.encode("iso8859-6", "replace"), "encoding", "header"),
    "random bytes": (bytes(range(128, 256)) * 20, "encoding", "Windows-1256"),
    "UTF-8 with a byte order mark and a broken letter": (
        codecs.BOM_UTF8 + GOOD.encode().replace("علی".encode(), b"\xff\xfe", 1),
        "encoding",
        "line 2",
    ),
    "UTF-8 cut in the middle of a letter": (GOOD.encode().rpartition("شا".encode())[0] + b"\xd8", "encoding", "line 9"),
    "UTF-16 of an odd number of bytes": (GOOD.encode("utf-16")[:-1], "encoding", "UTF-16"),
    "a web page with a name of a workbook": (b"<html><table><tr><td>1</td></tr></table>", "format", "web page"),
    "a web page after blank lines and a mark": (codecs.BOM_UTF8 + b"\r\n <!DOCTYPE html>", "format", "web page"),
    "a web page in UTF-16": ("<table>".encode("utf-16"), "format", "web page"),
    "a spreadsheet in XML": (b'<?xml version="1.0"?><Workbook/>', "format", "save as .xlsx or CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "format", "save as .xlsx or CSV"),
    "a very old workbook": (b"\x09\x08\x10\x00\x00\x06" + b"\0" * 600, "format", "old .xls"),
    "a PDF": (b"%PDF-1.7\n", "format", "PDF"),
    "a packed file": (b"\x1f\x8b\x08\x00", "format", "gzip"),
    "a workbook cut in the middle": (WORKBOOK[: len(WORKBOOK) // 2], "format", "damaged or cut"),
    "a workbook whose sheet is damaged": (
        WORKBOOK.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        "format",
        "damaged or cut",
    ),
    "a zip that is no workbook": (_zip({"a.csv": b"x"}), "format", "no .xlsx workbook"),
    "an empty zip": (_zip({}), "format", "no .xlsx workbook"),
    "a workbook that unpacks to too much": (
        _zip({"xl/media/a.bin": b"\0" * (201 * 1024**2)}, WORKBOOK),
        "format",
        "unpacks to 201 MB",
    ),
    "a workbook of too many parts": (
        _zip({f"xl/media/{i}": b"" for i in range(200)}, WORKBOOK),
        "format",
        "parts; at most 200",
    ),
    "a workbook that declares a document type": (
        _zip({"xl/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, WORKBOOK),
        "format",
        "«xl/x.xml»",
    ),
    "a workbook without a sheet of cells": (as_xlsx([]), "empty", "no visible sheet"),
    "a workbook without the status": (as_xlsx([r[:4] for r in people(8)]), "required_columns", "missing: status"),
    "a workbook with a header only": (as_xlsx([HEADER]), "empty", "below the header on line 1"),
    "a workbook with a control character": (
        as_xlsx([*people(8), [*person(9)[:5], "_x0001_", ""]]),
        "control_characters",
        "line 10",
    ),
    "a workbook with a column doubled": (
        as_xlsx([[*row, "x" if i else "محل خدمت"] for i, row in enumerate(people(8))]),
        "doubled_column",
        "hold unit",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_held_with_a_sentence_that_says_what_and_where(name: str, tmp_path: Path) -> None:
    data, gate, words = BROKEN[name]
    found = read_data(tmp_path, data)
    assert gate in [fault.gate for fault in found.faults]
    assert words in "; ".join(fault.detail for fault in found.faults)
    assert found.frame.empty
    assert not found.quarantined


def test_every_sentence_of_a_broken_file_is_one_line_of_english(tmp_path: Path) -> None:
    for data, _gate, _words in BROKEN.values():
        for fault in read_data(tmp_path, data).faults:
            assert "\n" not in fault.detail
            assert re.match(r"[a-zA-Z«]", fault.detail)


def test_a_file_above_the_size_limit_is_held_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(5 * 1024**2)
    found = read(path, SOURCE, HrSettings(), limit_bytes=2 * 1024**2)
    assert [(fault.gate, fault.detail) for fault in found.faults] == [
        ("size", "the file has 5 MB; at most 2 MB are read")
    ]


def test_all_faults_of_the_header_are_said_at_once(tmp_path: Path) -> None:
    found = read_data(tmp_path, as_csv([["کد ملی", "کدملی", "نام"], ["1", "2", "3"]]))
    assert [fault.gate for fault in found.faults] == ["required_columns", "doubled_column"]


def test_a_workbook_with_a_cell_in_the_last_corner_harms_nobody(tmp_path: Path) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(WORKBOOK)).read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    members = {
        i.filename: zipfile.ZipFile(io.BytesIO(WORKBOOK)).read(i)
        for i in zipfile.ZipFile(io.BytesIO(WORKBOOK)).infolist()
    }
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    found = read_data(tmp_path, _zip(members))
    assert [fault.gate for fault in found.faults] == ["format"]
    assert "limits of memory and time" in found.faults[0].detail
