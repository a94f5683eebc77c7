"""Small HR exports for tests: texts in a grid, written as CSV or XLSX."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from backoffice.reconcile.hr_file import HrFile
from backoffice.reconcile.read_hr import read
from backoffice.rules.national_code import check_digit
from backoffice.settings import HrSettings, HrSource

HEADER = ("national_code", "personnel_number", "first_name", "last_name", "status", "unit", "birth_date")
PERSIAN_HEADER = ("کد ملی", "شماره پرسنلی", "نام", "نام خانوادگی", "وضعیت", "محل خدمت", "تاریخ تولد")
FIRST = ("علی", "زهرا", "محمد", "مریم", "حسین")
LAST = ("رضایی", "کریمی", "احمدی", "موسوی", "جعفری", "صادقی", "نوری")
SOURCE = HrSource(name="hr")

Grid = list[list[str]]


def code(number: int) -> str:
    """A valid national code."""
    nine = f"{number + 12345678:09d}"
    return f"{nine}{check_digit(nine)}"


def person(number: int) -> list[str]:
    """A good row; the same number gives the same row."""
    unit = f"دانشکده {number % 3}"
    born = f"13{50 + number % 40}/0{1 + number % 6}/1{number % 10}"
    return [code(number), str(1000 + number), FIRST[number % 5], LAST[number % 7], "شاغل", unit, born]


def people(count: int, header: Sequence[str] = HEADER) -> Grid:
    """A header and good rows."""
    return [list(header), *(person(number) for number in range(count))]


def as_csv(grid: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """The grid as delimited text with Unix line ends."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(grid)
    return out.getvalue()


def as_xlsx(grid: Sequence[Sequence[object]]) -> bytes:
    """The grid as a workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_data(folder: Path, data: bytes | str, source: HrSource = SOURCE, hr: HrSettings | None = None) -> HrFile:
    """Write the bytes to a file and read it."""
    path = folder / "export"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, source, hr or HrSettings())


def with_cell(row: int, column: str, value: str, count: int = 8) -> str:
    """A good file as CSV with one cell changed; row 1 is the first person, on line 2."""
    grid = people(count)
    grid[row][HEADER.index(column)] = value
    return as_csv(grid)
