"""Rows that are set aside, and that nothing else is."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.reconcile.hr_codes import valid_national
from backoffice.rules import national_code
from backoffice.settings import HrSource
from tests.reconcile.exports import as_csv, code, people, read_data, with_cell

WRONG_CHECK = code(0)[:9] + str((int(code(0)[9]) + 1) % 10)

BAD_ROWS = {
    "an empty code": ("national_code", "", "national_code is empty"),
    "a code of spaces and direction marks": ("national_code", " \u200f ", "national_code is empty"),
    "a code with a wrong check digit": ("national_code", WRONG_CHECK, "check digit"),
    "a code of seven digits": ("national_code", "1234567", "7 digits instead of 10"),
    "a code of eleven digits": ("national_code", "12345678901", "11 digits"),
    "a padded code that is wrong": ("national_code", "12345670", "check digit"),
    "a code of one digit repeated": ("national_code", "1111111111", "same digit ten times"),
    "a code with a letter": ("national_code", "00123A5679", "something else than digits"),
    "a code in scientific notation": ("national_code", "1.2E+09", "scientific notation"),
    "a code in scientific notation without a point": ("national_code", "4E+9", "scientific notation"),
    "a personnel number in scientific notation": ("personnel_number", "1.4E+06", "personnel_number is in scientific"),
    "an empty personnel number": ("personnel_number", "\u00a0", "personnel_number is empty"),
    "an empty first name": ("first_name", "", "first_name is empty"),
    "a last name of a joiner": ("last_name", "\u200c", "last_name is empty"),
    "an empty status": ("status", " ", "status is empty"),
    "a month that does not exist": ("birth_date", "1360/13/01", "«1360/13/01» is no real date of the Jalali calendar"),
    "a day that does not exist": ("birth_date", "1404/12/30", "no real date"),
    "a Gregorian date in a Jalali column": ("birth_date", "1985/03/02", "Jalali"),
    "a date that is a word": ("birth_date", "نامشخص", "no real date"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_at_fault_is_set_aside_and_the_others_go_on(name: str, tmp_path: Path) -> None:
    column, value, words = BAD_ROWS[name]
    found = read_data(tmp_path, with_cell(3, column, value))
    assert [(row.line, row.reason) for row in found.quarantined] == [(4, "INVALID_ROW")]
    assert words in found.quarantined[0].detail
    assert (found.rows, len(found.frame), found.faults) == (8, 7, [])
    assert 4 not in set(found.frame["line"])


def test_a_row_set_aside_keeps_its_codes_for_the_account_it_may_mean(tmp_path: Path) -> None:
    row = read_data(tmp_path, with_cell(3, "status", "")).quarantined[0]
    assert (row.national_code, row.personnel_number) == (code(2), "1002")


def test_a_total_row_below_the_people_is_set_aside(tmp_path: Path) -> None:
    found = read_data(tmp_path, as_csv([*people(4), ["جمع", "4", "", "", "", "", ""]]))
    assert [row.line for row in found.quarantined] == [6]


@pytest.mark.parametrize("value", ["AB", "آب1234", "A" * 21, "AB-1_2"])
def test_a_foreign_code_must_be_four_to_twenty_letters_or_digits(value: str, tmp_path: Path) -> None:
    grid = [[*row, "id_type" if i == 0 else "foreign"] for i, row in enumerate(people(2))]
    grid[1][0] = value
    grid[2][0] = "F-1234"
    found = read_data(tmp_path, as_csv(grid))
    assert [row.detail for row in found.quarantined] == [
        "a foreign national_code must be 4 to 20 Latin letters or digits"
    ]


@pytest.mark.parametrize(
    ("column", "value"), [("unit", ""), ("birth_date", ""), ("status", "نامعلوم"), ("status", "x")]
)
def test_nothing_else_sets_a_row_aside(column: str, value: str, tmp_path: Path) -> None:
    assert read_data(tmp_path, with_cell(3, column, value)).quarantined == []


def test_contradictions_between_rows_are_no_fault_of_the_file(tmp_path: Path) -> None:
    grid = people(4)
    grid[2][0] = grid[1][0]
    grid[3][1] = grid[4][1]
    assert len(read_data(tmp_path, as_csv([*grid, grid[1]])).frame) == 5


def test_a_full_name_saves_a_row_without_first_name(tmp_path: Path) -> None:
    grid = [[*row, "full_name" if i == 0 else "علی رضایی"] for i, row in enumerate(people(2))]
    grid[1][2] = grid[2][7] = ""
    assert read_data(tmp_path, as_csv(grid)).quarantined == []


def test_an_active_only_source_may_have_empty_status_cells(tmp_path: Path) -> None:
    found = read_data(tmp_path, with_cell(3, "status", ""), HrSource(name="hr", rows="active_only"))
    assert (found.quarantined, set(found.frame["status_class"])) == ([], {"active"})


@given(
    st.lists(
        st.one_of(st.from_regex(r"\A[0-9]{10}\Z"), st.integers(0, 999_999_999).map(lambda n: code(n % 10**8))),
        max_size=20,
    )
)
def test_whole_columns_of_codes_are_judged_like_single_ones(codes: list[str]) -> None:
    column = pa.array(codes, pa.large_string())
    assert valid_national(column).tolist() == [national_code.is_valid(value) for value in codes]
