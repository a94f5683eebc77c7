"""A file beside the last accepted one: what is held, what is not, and the likely cause that is told."""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from backoffice.reconcile.file_gates import at_most, compare, quarantine
from backoffice.reconcile.hr_file import Gate
from backoffice.settings import Limits
from tests.reconcile.exports import HEADER, Grid, as_csv, code, people, person, read_data

EARLIER = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def _gates(folder: Path, old: Grid, new: Grid, as_of: dt.datetime = LATER) -> list[Gate]:
    before = read_data(folder, as_csv(old))
    after = read_data(folder, as_csv(new))
    return compare(after, before.frame, before.columns, Limits(), as_of=as_of, previous_as_of=EARLIER)


def _changed(count: int, column: str, change: Callable[[int, str], str], rows: int) -> Grid:
    grid = people(count)
    at = HEADER.index(column)
    for number in range(1, rows + 1):
        grid[number][at] = change(number, grid[number][at])
    return grid


def test_the_same_people_in_another_order_pass(tmp_path: Path) -> None:
    shuffled = people(60)
    rows = shuffled[1:]
    random.Random(4).shuffle(rows)  # noqa: S311 - the same order at every run
    assert _gates(tmp_path, people(60), [shuffled[0], *rows]) == []


@pytest.mark.parametrize(("fewer", "held"), [(5, False), (6, True)])
def test_rows_may_be_fewer_by_five_in_a_small_file(fewer: int, held: bool, tmp_path: Path) -> None:
    assert bool(_gates(tmp_path, people(60), people(60 - fewer))) is held


@pytest.mark.parametrize(("fewer", "held"), [(10, False), (11, True)])
def test_rows_may_be_fewer_by_five_in_a_hundred_rounded_up(fewer: int, held: bool, tmp_path: Path) -> None:
    assert bool(_gates(tmp_path, people(199), people(199 - fewer))) is held


@pytest.mark.parametrize(("more", "held"), [(25, False), (26, True)])
def test_rows_may_be_more_by_twenty_five(more: int, held: bool, tmp_path: Path) -> None:
    assert [gate.gate for gate in _gates(tmp_path, people(60), people(60 + more))] == (["rows"] if held else [])


def test_a_cut_file_is_recognised_by_the_lines_that_are_missing(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(80), people(50))[0]
    assert gate.detail == (
        "50 rows, 30 fewer than the 80 of the accepted file (allowed: 5); "
        "30 of the 30 missing rows come after line 51 of the accepted file: the file is cut"
    )


def test_the_file_of_other_people_is_not_called_cut(tmp_path: Path) -> None:
    others = [people(1)[0], *(person(number) for number in range(500, 520))]
    details = [gate.detail for gate in _gates(tmp_path, people(80), others)]
    assert not any("is cut" in detail for detail in details)
    assert any("the file of another source" in detail for detail in details)


def test_a_part_left_out_is_recognised_by_what_the_missing_share(tmp_path: Path) -> None:
    new = [row for row in people(90) if row[5] != "دانشکده 1"]
    gate = _gates(tmp_path, people(90), new)[0]
    assert "100 % of the 30 missing rows have unit «دانشکده 1»" in gate.detail


def test_scattered_missing_rows_are_told_with_the_first_line(tmp_path: Path) -> None:
    old = people(80)
    new = [row for number, row in enumerate(old) if number % 8 != 3 or number == 0]
    gate = _gates(tmp_path, old, new)[0]
    assert "spread over the accepted file, the first was its line 4" in gate.detail


def test_a_file_joined_twice_is_recognised(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(60), [*people(60), *people(60)[1:]])[0]
    assert "60 rows repeat an earlier code and personnel number" in gate.detail


def test_a_part_added_is_recognised(tmp_path: Path) -> None:
    more = [[*person(number)[:5], "مرکز تازه", ""] for number in range(60, 100)]
    assert "have unit «مرکز تازه»" in _gates(tmp_path, people(60), [*people(60), *more])[0].detail


def test_quarantined_rows_of_the_new_file_are_not_missing_rows(tmp_path: Path) -> None:
    new = _changed(60, "status", lambda _n, _v: "", 8)
    assert _gates(tmp_path, people(60), new) == []


def test_a_known_column_that_is_gone_is_named_by_our_name(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(30), [row[:5] for row in people(30)])[0]
    assert (gate.gate, gate.detail) == (
        "column_gone",
        "the earlier file had the columns unit, birth_date, this one does not",
    )


def test_a_column_under_another_header_is_not_gone(tmp_path: Path) -> None:
    assert _gates(tmp_path, people(30), people(30, [*HEADER[:5], "محل خدمت", "ت.تولد"])) == []


@pytest.mark.parametrize(("rows", "held"), [(30, False), (31, True)])
def test_cells_of_a_column_may_change_in_thirty_of_a_hundred_rows(rows: int, held: bool, tmp_path: Path) -> None:
    new = _changed(100, "unit", lambda n, _v: f"مرکز {n}", rows)
    assert [gate.gate for gate in _gates(tmp_path, people(100), new)] == (["cells"] if held else [])


def test_ten_cells_may_always_change(tmp_path: Path) -> None:
    assert _gates(tmp_path, people(12), _changed(12, "unit", lambda n, _v: f"مرکز {n}", 10)) == []


def test_spelling_alone_is_no_change(tmp_path: Path) -> None:
    new = _changed(60, "last_name", lambda _n, v: v.replace("ی", "ي"), 60)
    assert _gates(tmp_path, people(60), new) == []


def test_an_emptied_column_is_told_with_its_share(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(100), _changed(100, "unit", lambda _n, _v: "", 93))[0]
    assert gate.detail == "93 of 100 cells of unit changed (allowed: 30): it is empty in 93 %"


def test_a_newly_filled_column_is_held_too(tmp_path: Path) -> None:
    old = _changed(100, "unit", lambda _n, _v: "", 100)
    assert "were empty before" in _gates(tmp_path, old, people(100))[0].detail


def test_swapped_names_are_recognised(tmp_path: Path) -> None:
    new = [row if n == 0 else [*row[:2], row[3], row[2], *row[4:]] for n, row in enumerate(people(60))]
    details = [gate.detail for gate in _gates(tmp_path, people(60), new)]
    assert len(details) == 2
    assert details[0].endswith("first_name and last_name look swapped")


def test_a_column_that_holds_what_another_held_is_recognised(tmp_path: Path) -> None:
    new = [row if n == 0 else [*row[:2], row[3], *row[3:]] for n, row in enumerate(people(60))]
    assert _gates(tmp_path, people(60), new)[0].detail.endswith("it holds what last_name held")


def test_a_column_sorted_alone_is_recognised(tmp_path: Path) -> None:
    new = people(60)
    for row, value in zip(new[1:], sorted(row[5] for row in new[1:]), strict=True):
        row[5] = value
    assert "as if the column had been sorted alone" in _gates(tmp_path, people(60), new)[0].detail


def test_codes_sorted_alone_are_seen_by_the_personnel_number(tmp_path: Path) -> None:
    new = people(60)
    for row, value in zip(new[1:], sorted((row[0] for row in new[1:]), reverse=True), strict=True):
        row[0] = value
    assert "cells" in [gate.gate for gate in _gates(tmp_path, people(60), new)]


def test_one_value_in_all_rows_is_named(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(100), _changed(100, "status", lambda _n, _v: "بازنشسته", 90))[0]
    assert gate.detail.endswith("100 % of them are now «بازنشسته»")


def test_the_file_of_another_source_is_recognised(tmp_path: Path) -> None:
    other = [list(HEADER), *([code(number), f"7{number}", *person(number)[2:]] for number in range(500, 560))]
    gate = _gates(tmp_path, people(60), other)[0]
    assert (gate.gate, "the file of another source" in gate.detail) == ("cells", True)


def test_an_older_file_is_held(tmp_path: Path) -> None:
    gate = _gates(tmp_path, people(9), people(9), EARLIER - dt.timedelta(days=2))[0]
    assert (gate.gate, gate.detail) == (
        "as_of",
        "the file is of 2026-10-30 00:00, the accepted one of 2026-11-01 00:00: it is an older file",
    )


def test_a_file_of_the_same_time_is_not_older(tmp_path: Path) -> None:
    assert _gates(tmp_path, people(9), people(9), EARLIER) == []


@pytest.mark.parametrize(("bad", "held"), [(3, False), (4, True)])
def test_three_rows_may_be_set_aside_in_a_small_file(bad: int, held: bool, tmp_path: Path) -> None:
    found = read_data(tmp_path, as_csv(_changed(60, "status", lambda _n, _v: "", bad)))
    gates = quarantine(found, Limits())
    assert bool(gates) is held
    if held:
        assert gates[0].detail == "4 of 60 rows are set aside (allowed: 3); most often: status is empty (line 2)"


def test_one_in_a_hundred_rows_may_be_set_aside(tmp_path: Path) -> None:
    assert quarantine(read_data(tmp_path, as_csv(_changed(500, "status", lambda _n, _v: "", 5))), Limits()) == []
    assert quarantine(read_data(tmp_path, as_csv(_changed(500, "status", lambda _n, _v: "", 6))), Limits())


def test_shares_are_rounded_up_without_the_noise_of_floats() -> None:
    assert [at_most(5, 0.07, 100), at_most(5, 0.05, 101), at_most(5, 0.05, 10)] == [7, 6, 5]
