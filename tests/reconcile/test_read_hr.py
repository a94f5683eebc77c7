"""Good exports in every form they come in, and the frame that is read from them."""

import codecs
import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from backoffice.reconcile.read_hr import read
from backoffice.settings import HrSettings, HrSource
from tests.reconcile.exports import HEADER, PERSIAN_HEADER, SOURCE, as_csv, as_xlsx, code, people, read_data

PERSIAN = as_csv(people(8, PERSIAN_HEADER))
GOOD = people(8)


def _cell(frame: pd.DataFrame, column: str, row: int = 0) -> str:
    return str(frame[column][row])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PERSIAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + PERSIAN.encode(), "utf-8-sig"),
        (PERSIAN.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + PERSIAN.encode("utf-16-be"), "utf-16"),
        (PERSIAN.replace("ی", "ي").encode("cp1256"), "cp1256"),
        (as_csv(people(8, PERSIAN_HEADER), ";").encode(), "utf-8"),
        (as_csv(people(8, PERSIAN_HEADER), "\t").encode(), "utf-8"),
        (PERSIAN.replace("\n", "\r\n").encode(), "utf-8"),
        (PERSIAN.replace("\n", "\r").encode(), "utf-8"),
        (PERSIAN.rstrip("\n").encode(), "utf-8"),
        (as_xlsx(people(8, PERSIAN_HEADER)), "xlsx"),
    ],
)
def test_the_same_people_are_read_from_every_encoding_and_delimiter(data: bytes, encoding: str, tmp_path: Path) -> None:
    found = read_data(tmp_path, data)
    assert (found.faults, found.quarantined, found.warnings) == ([], [], [])
    assert (found.encoding, found.rows, len(found.frame)) == (encoding, 8, 8)
    assert list(found.frame["national_code"]) == [code(number) for number in range(8)]
    assert [name.replace("ي", "ی") for name in found.frame["first_name"]][:2] == ["علی", "زهرا"]
    assert list(found.frame["line"]) == list(range(2, 10))


def test_the_frame_has_texts_and_the_derived_columns(tmp_path: Path) -> None:
    frame = read_data(tmp_path, as_csv(GOOD)).frame
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds.pop("padded") == "bool"
    assert kinds.pop("line") == "int64"
    assert set(kinds) == {*HEADER, "id_type", "status_class", "status_word", "person_kind"}
    assert set(kinds.values()) == {"str"}
    assert _cell(frame, "birth_date") == "1971-03-30"


def test_title_lines_and_blank_lines_are_tolerated_and_lines_stay_physical(tmp_path: Path) -> None:
    text = "گزارش کارکنان\n\n" + as_csv(GOOD[:3]) + "\n,,,,,,\n" + as_csv([GOOD[3]])
    found = read_data(tmp_path, text)
    assert list(found.frame["line"]) == [4, 5, 8]
    assert found.rows == 3


def test_lines_inside_a_quoted_cell_count_as_physical_lines(tmp_path: Path) -> None:
    grid = people(3)
    grid[1][5] = "دانشکده\nعلوم"
    assert list(read_data(tmp_path, as_csv(grid)).frame["line"]) == [2, 4, 5]


def test_sheet_rows_are_the_lines_of_a_workbook(tmp_path: Path) -> None:
    found = read_data(tmp_path, as_xlsx([["گزارش"], [], *GOOD[:3], [], GOOD[3]]))
    assert list(found.frame["line"]) == [4, 5, 7]


def test_whole_numbers_of_a_workbook_become_text_without_decimals(tmp_path: Path) -> None:
    grid: list[list[object]] = [list(row) for row in GOOD]
    grid[1][0], grid[1][1] = int(code(0)), 4.0
    grid[2][1] = "4.00"
    frame = read_data(tmp_path, as_xlsx(grid)).frame
    assert list(frame["personnel_number"][:2]) == ["4", "4"]
    assert _cell(frame, "national_code") == code(0)
    assert list(frame["padded"][:2]) == [True, False]


def test_only_the_sheet_with_the_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "راهنما"
    first.append(["این فایل را ویرایش نکنید"])
    second = book.create_sheet("کارکنان")
    for row in GOOD:
        second.append(row)
    hidden = book.create_sheet("old")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "b.xlsx")
    found = read(tmp_path / "b.xlsx", SOURCE, HrSettings())
    assert len(found.frame) == 8
    assert [warning.detail for warning in found.warnings] == ["only the sheet «کارکنان» was read; not read: راهنما"]


def test_excel_dates_are_read_in_a_gregorian_column(tmp_path: Path) -> None:
    grid: list[list[object]] = [list(row) for row in people(2)]
    grid[1][6] = dt.date(1980, 5, 6)
    grid[2][6] = dt.datetime(1981, 5, 6)  # noqa: DTZ001 - sheets have no zones
    source = HrSource(name="hr", dates={"birth_date": "gregorian"})
    assert list(read_data(tmp_path, as_xlsx(grid), source).frame["birth_date"]) == ["1980-05-06", "1981-05-06"]


def test_wrapping_and_padding_around_cells_is_removed(tmp_path: Path) -> None:
    grid = people(3)
    grid[1][0], grid[1][1] = f'="{code(0)}"', "'0042"
    grid[2][2] = "\u200f زهرا \u200c"
    text = as_csv(grid) + f'="{code(7)}",="007", علی ,رضایی,شاغل,,\n'
    frame = read_data(tmp_path, text).frame
    assert list(frame["national_code"]) == [code(0), code(1), code(2), code(7)]
    assert list(frame["personnel_number"]) == ["0042", "1001", "1002", "007"]
    assert list(frame["first_name"]) == ["علی", "زهرا", "محمد", "علی"]


def test_words_that_look_like_nothing_stay_words(tmp_path: Path) -> None:
    grid = people(3)
    for row, word in zip(grid[1:], ("NA", "null", "None"), strict=True):
        row[5] = word
    assert list(read_data(tmp_path, as_csv(grid)).frame["unit"]) == ["NA", "null", "None"]


def test_codes_and_numbers_are_normalised_and_zeros_given_back(tmp_path: Path) -> None:
    header = [*HEADER, "mobile", "unit_code", "student_number"]
    extra = [["+98 912 345 6789", "۰۰۷", "98 123"], ["9123456789", "A-1", ""], ["021 8888", "", ""]]
    grid = [header, *(row + more for row, more in zip(people(3)[1:], extra, strict=True))]
    grid[1][0] = code(0).lstrip("0")
    grid[2][0] = "۰-" + code(1)[1:] + "\u200e"
    grid[3][1] = "\u202b۱۲ ۳۴\u202c"
    frame = read_data(tmp_path, as_csv(grid)).frame
    assert list(frame["national_code"]) == [code(0), code(1), code(2)]
    assert list(frame["padded"]) == [True, False, False]
    assert list(frame["mobile"]) == ["09123456789", "09123456789", "0218888"]
    assert list(frame["unit_code"]) == ["007", "A-1", ""]
    assert list(frame["student_number"]) == ["98123", "", ""]
    assert _cell(frame, "personnel_number", 2) == "1234"


def test_foreign_codes_are_upper_case_and_never_padded_or_checked(tmp_path: Path) -> None:
    grid = [[*row, kind] for row, kind in zip(people(4), ["نوع شناسه", "اتباع", "گذرنامه", "ملی", ""], strict=True)]
    grid[1][0], grid[2][0] = "ab12345", "12345678"
    frame = read_data(tmp_path, as_csv(grid)).frame
    assert list(frame["national_code"][:2]) == ["AB12345", "12345678"]
    assert list(frame["id_type"]) == ["foreign", "foreign", "national", "national"]
    assert not frame["padded"].any()


def test_status_words_are_classed_by_builtin_general_and_source_words(tmp_path: Path) -> None:
    words = ["شاغل", "بازنشسته", "مرخصي بدون حقوق", "ON_LEAVE", "مهمان", "همکار ویژه", "معلق", "متوفی", "نامعلوم"]
    grid = people(9)
    for row, word in zip(grid[1:], words, strict=True):
        row[4] = word
    hr = HrSettings(status={"transferred": ("مهمان",), "limited": ("معلق",)})
    found = read_data(tmp_path, as_csv(grid), HrSource(name="hr", status={"active": ("همكار ويژه",)}), hr)
    assert list(found.frame["status_class"]) == [
        "active", "ended", "limited", "limited", "ended", "active", "limited", "deceased", "unknown",
    ]  # fmt: skip
    assert list(found.frame["status_word"][1:5]) == ["retired", "limited", "limited", "transferred"]
    assert _cell(found.frame, "status_word", 8) == ""
    assert [warning.detail for warning in found.warnings] == ["status in no class: «نامعلوم» (1)"]
    assert _cell(found.frame, "status", 2) == "مرخصي بدون حقوق"


def test_a_source_of_active_people_only_needs_no_status(tmp_path: Path) -> None:
    grid = [row[:4] for row in people(3)]
    found = read_data(tmp_path, as_csv(grid), HrSource(name="hr", rows="active_only"))
    assert list(found.frame["status_class"]) == ["active"] * 3
    assert "status" not in found.columns


def test_person_types_are_read_as_kinds(tmp_path: Path) -> None:
    words = ["نوع شخص", "عضو هیأت علمی", "پرسنل", "ناشناس", ""]
    grid = [[*row, word] for row, word in zip(people(4), words, strict=True)]
    assert list(read_data(tmp_path, as_csv(grid)).frame["person_kind"]) == ["faculty", "personnel", "", ""]


def test_headers_are_known_by_builtin_general_and_source_words_whatever_their_letters(tmp_path: Path) -> None:
    header = ["كد ملي", "PersNo", "First Name", "نام‌خانوادگی", "وضعيت اشتغال", "پردیس", "توضیح"]
    hr = HrSettings(columns={"personnel_number": ("pers no",)})
    found = read_data(tmp_path, as_csv(people(2, header)), HrSource(name="hr", columns={"unit": ("پرديس",)}), hr)
    assert found.columns == ("national_code", "personnel_number", "first_name", "last_name", "status", "unit")
    assert found.unknown_columns == ("توضیح",)
    assert [warning.detail for warning in found.warnings] == ["unknown columns, not read: توضیح"]


def test_a_mapping_wins_over_every_synonym_and_may_leave_a_column_out(tmp_path: Path) -> None:
    header = [*HEADER[:5], "دانشکده", "معاونت"]
    path = tmp_path / "a.csv"
    path.write_text(as_csv(people(2, header)), encoding="utf-8")
    found = read(path, SOURCE, HrSettings(), mapping={"معاونت": "", "دانشکده": "title"})
    assert found.columns == (*HEADER[:5], "title")


def test_a_full_name_stands_for_first_and_last_name(tmp_path: Path) -> None:
    grid = [
        [*row[:2], "نام و نام خانوادگی" if i == 0 else f"{row[2]} {row[3]}", row[4]] for i, row in enumerate(people(2))
    ]
    found = read_data(tmp_path, as_csv(grid))
    assert _cell(found.frame, "full_name") == "علی رضایی"
    assert "first_name" not in found.frame


def test_cells_under_no_header_are_noted(tmp_path: Path) -> None:
    grid = [[*row, "" if i == 0 else "x"] for i, row in enumerate(people(2))]
    found = read_data(tmp_path, as_csv(grid))
    assert [warning.detail for warning in found.warnings] == ["column 8 has cells but no header"]


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    left = read_data(tmp_path, as_csv(GOOD)).frame
    right = read_data(tmp_path, as_csv([row[::-1] for row in GOOD])).frame
    pd.testing.assert_frame_equal(left, right[left.columns])
