"""The first look at an HR export, also where nothing in it is known."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from backoffice.reconcile.hr_peek import ROWS, Peek, peek
from backoffice.settings import HrSettings
from tests.reconcile.exports import HEADER, PERSIAN_HEADER, SOURCE, as_csv, as_xlsx, people, person

OWN = ("کد", "شماره", "اسم", "فامیلی", "حالت", "بخش", "تولد")


def _peek(folder: Path, data: bytes | str, mapping: Mapping[str, str] | None = None) -> Peek | None:
    path = folder / "export"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return peek(path, SOURCE, HrSettings(), limit_bytes=10_000_000, mapping=mapping)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_header_and_first_rows_are_given_as_they_are(delimiter: str, tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv(people(40, PERSIAN_HEADER), delimiter))
    assert found is not None
    assert (found.header.names, found.header.fields) == (PERSIAN_HEADER, HEADER)
    assert found.rows == [tuple(person(number)) for number in range(ROWS)]


def test_a_workbook_is_shown_too(tmp_path: Path) -> None:
    found = _peek(tmp_path, as_xlsx([["فهرست"], *people(4, PERSIAN_HEADER)]))
    assert found is not None
    assert (found.header.line, found.header.fields, len(found.rows)) == (2, HEADER, 4)


def test_a_header_nobody_knows_is_guessed(tmp_path: Path) -> None:
    found = _peek(tmp_path, "گزارش روز\n" + as_csv(people(4, OWN), ";"))
    assert found is not None
    assert (found.header.line, found.header.names, set(found.header.fields)) == (2, OWN, {""})
    assert found.rows[0] == tuple(person(0))


def test_the_mapping_says_what_columns_mean(tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv(people(4, OWN)), dict(zip(OWN, HEADER, strict=True)))
    assert found is not None
    assert found.header.fields == HEADER


def test_a_column_can_be_left_out(tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv(people(4)), {"unit": ""})
    assert found is not None
    assert found.header.fields[HEADER.index("unit")] == ""


def test_rows_are_as_wide_as_the_header(tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv([*people(2), person(3)[:3], [*person(4), "x"]]))
    assert found is not None
    assert {len(row) for row in found.rows} == {len(HEADER)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_every_encoding_is_shown(encoding: str, tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv(people(4, PERSIAN_HEADER)).replace("ی", "ي").encode(encoding))
    assert found is not None
    assert found.header.fields == HEADER


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"%PDF-1.7", b"<html>", b"PK\x03\x04xx", as_xlsx([]), b"a" * 10_000_001]
)
def test_what_has_no_columns_has_no_look(data: bytes, tmp_path: Path) -> None:
    assert _peek(tmp_path, data) is None


def test_damage_further_down_does_not_hide_the_beginning(tmp_path: Path) -> None:
    found = _peek(tmp_path, as_csv(people(4)).encode() + b'"\xff\xd8')
    assert found is not None
    assert len(found.rows) == 4


def test_a_file_of_mixed_encodings_is_shown_as_it_begins(tmp_path: Path) -> None:
    head, tail = as_csv(people(4, PERSIAN_HEADER)).encode(), as_csv([person(5)]).replace("ی", "ي").encode("cp1256")
    found = _peek(tmp_path, head + tail)
    assert found is not None
    assert found.header.names == PERSIAN_HEADER
