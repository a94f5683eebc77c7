"""Whatever the bytes: an answer, never a traceback, and never a frame beside a fault."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.reconcile.hr_file import HrFile
from tests.reconcile.exports import PERSIAN_HEADER, as_csv, as_xlsx, people, read_data

TEXT = as_csv(people(6, PERSIAN_HEADER))
SAMPLES = [
    TEXT.encode(),
    TEXT.encode("utf-16"),
    TEXT.replace("ی", "ي").encode("cp1256"),
    as_csv(people(6), ";").replace("دانشکده", '"دانشکده ""الف"""').encode("utf-8-sig"),
]
WORKBOOK = as_xlsx(people(6, PERSIAN_HEADER))
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SLOW = settings(QUICK, max_examples=25)


def _is_whole(found: HrFile) -> None:
    assert len(found.sha256) == 64
    assert all(fault.detail for fault in found.faults)
    if found.faults:
        assert found.frame.empty
        return
    assert found.rows == len(found.frame) + len(found.quarantined)
    assert all(row.detail and row.line > 1 for row in found.quarantined)


@st.composite
def mutated(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(st.binary(max_size=4) | st.sampled_from([b'"', b"\n", b",", b";", b"\t", b"\r", b"\x00", b'""']))
        data[at : at + draw(st.integers(0, 8))] = piece
        if not data:
            break
    return bytes(data)


@QUICK
@given(data=st.binary(max_size=2000))
def test_random_bytes_get_an_answer(data: bytes, tmp_path: Path) -> None:
    _is_whole(read_data(tmp_path, data))


@QUICK
@given(cells=st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=6))
def test_random_cells_below_a_real_header_get_an_answer(cells: list[list[str]], tmp_path: Path) -> None:
    text = as_csv([list(PERSIAN_HEADER), *cells])
    _is_whole(read_data(tmp_path, text.encode("utf-8", "replace")))


@QUICK
@given(data=mutated(SAMPLES))
def test_damaged_text_exports_get_an_answer(data: bytes, tmp_path: Path) -> None:
    _is_whole(read_data(tmp_path, data))


@pytest.mark.parametrize("sample", range(len(SAMPLES)))
def test_an_export_cut_anywhere_never_loses_a_line_in_silence(sample: int, tmp_path: Path) -> None:
    data = SAMPLES[sample]
    for end in range(0, len(data), 3):
        found = read_data(tmp_path, data[:end])
        _is_whole(found)
        if not found.faults:
            assert found.rows <= 6


@SLOW
@given(data=mutated([WORKBOOK]))
def test_damaged_workbooks_get_an_answer(data: bytes, tmp_path: Path) -> None:
    _is_whole(read_data(tmp_path, data))


@SLOW
@given(end=st.integers(0, len(WORKBOOK) - 1))
def test_cut_workbooks_are_held(end: int, tmp_path: Path) -> None:
    assert read_data(tmp_path, WORKBOOK[:end]).faults
