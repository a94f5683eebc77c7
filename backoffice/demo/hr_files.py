"""The HR exports of three days, in the formats universities send, and two broken ones to try."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from backoffice.demo.people import DAYS, Row
from backoffice.demo.world import World
from backoffice.rules import fields as f

COUNTER = "ردیف"  # a column that nobody knows; a warning, no fault
XLSX_MEMBER_TIME = (2020, 1, 1, 0, 0, 0)
XLSX_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
WHOLE_NUMBERS = (f.PERSONNEL_NUMBER, f.UNIT_CODE)
CP1256 = str.maketrans(
    {"ی": "ي", "ک": "ك", "ۀ": "ه"} | dict(zip("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2, strict=True))
)

STAFF_HEADERS = {
    f.NATIONAL_CODE: "کد ملی", f.PERSONNEL_NUMBER: "شماره پرسنلی", f.FIRST_NAME: "نام",
    f.LAST_NAME: "نام خانوادگی", f.FATHER_NAME: "نام پدر", f.BIRTH_DATE: "تاریخ تولد", f.UNIT: "واحد سازمانی",
    f.UNIT_CODE: "کد واحد", f.TITLE: "پست سازمانی", f.EMPLOYMENT_TYPE: "نوع استخدام", f.PERSON_TYPE: "نوع پرسنل",
    f.STATUS: "وضعیت", f.MOBILE: "تلفن همراه", f.START_DATE: "تاریخ استخدام", f.END_DATE: "پایان قرارداد",
}  # fmt: skip
STAFF_OLD_HEADERS = {
    f.PERSONNEL_NUMBER: "کد پرسنلی", f.NATIONAL_CODE: "کدملی", f.LAST_NAME: "فامیل", f.FIRST_NAME: "نام",
    f.FATHER_NAME: "نام پدر", f.BIRTH_DATE: "ت.تولد", f.EMPLOYMENT_TYPE: "وضعیت استخدامی",
    f.PERSON_TYPE: "نوع شخص", f.UNIT_CODE: "کد محل خدمت", f.UNIT: "محل خدمت", f.TITLE: "سمت",
    f.STATUS: "وضعیت اشتغال", f.START_DATE: "شروع به کار", f.END_DATE: "تاریخ پایان", f.MOBILE: "موبایل",
}  # fmt: skip
FACULTY_HEADERS = {
    COUNTER: COUNTER, f.PERSONNEL_NUMBER: "شماره مستخدم", f.FIRST_NAME: "نام", f.LAST_NAME: "شهرت",
    f.NATIONAL_CODE: "شماره ملی", f.FATHER_NAME: "نام پدر", f.BIRTH_DATE: "تاریخ تولد", f.UNIT: "دانشکده",
    f.UNIT_CODE: "کد واحد", f.TITLE: "سمت", f.EMPLOYMENT_TYPE: "نوع استخدام", f.PERSON_TYPE: "گروه",
    f.STATUS: "وضعیت خدمتی", f.MOBILE: "شماره همراه", f.START_DATE: "شروع به کار", f.END_DATE: "تاریخ پایان",
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """How a source writes its file on one day; xlsx has no encoding."""

    name: str
    headers: dict[str, str]
    encoding: str = ""
    delimiter: str = ","
    title: str = ""


FORMATS = {
    ("staff", 1): Format("day-1.csv", STAFF_HEADERS, "utf-8-sig"),
    ("staff", 2): Format("day-2.csv", STAFF_OLD_HEADERS, "cp1256", ";"),
    ("staff", 3): Format("day-3.csv", STAFF_HEADERS, "utf-8"),
    ("faculty", 1): Format("day-1.xlsx", FACULTY_HEADERS, title="فهرست اعضای هیات علمی دانشگاه نمونه"),
    ("faculty", 2): Format("day-2.tsv", FACULTY_HEADERS, "utf-8-sig", "\t"),
    ("faculty", 3): Format("day-3.csv", FACULTY_HEADERS, "utf-8", title="دانشگاه نمونه - اعضای هیات علمی"),
}
CUT_NAME = "try-cut-in-the-middle.csv"
SWAPPED_NAME = "try-swapped-columns.csv"
CUT_AT = 0.62


@dataclass(frozen=True)
class BrokenLine:
    """A row that is to be quarantined: the physical line of its record, header = 1 without a title."""

    source: str
    day: int
    line: int


def rows_on(world: World, source: str, day: int) -> list[tuple[Row, dict[str, str]]]:
    """Give the rows of a source's file on that day, by personnel number; a doubled row is there twice."""
    found = [(row, row.on(day)) for row in world.rows if row.source == source for _ in range(row.copies)]
    present = [(row, values) for row, values in found if values is not None]
    return sorted(present, key=lambda pair: pair[1][f.PERSONNEL_NUMBER])


def write_day(world: World, source: str, day: int, folder: Path) -> tuple[Path, list[BrokenLine]]:
    """Write one export; also give the lines that are to be quarantined."""
    form = FORMATS[source, day]
    rows = rows_on(world, source, day)
    path = folder / form.name
    path.write_bytes(_content(form, [values for _, values in rows]))
    first = 3 if form.title else 2
    broken = [BrokenLine(source, day, first + n) for n, (row, _) in enumerate(rows) if day <= row.broken_until]
    return path, broken


def write_broken(world: World, folders: dict[str, Path]) -> dict[str, Path]:
    """Write the two files to try: staff cut in the middle, faculty with first and last names exchanged."""
    cut, swapped = folders["staff"] / CUT_NAME, folders["faculty"] / SWAPPED_NAME
    staff = [values for _, values in rows_on(world, "staff", DAYS[-1])]
    cut.write_bytes(_content(FORMATS["staff", 1], staff[: round(len(staff) * CUT_AT)]))
    faculty = [values for _, values in rows_on(world, "faculty", DAYS[-1])]
    exchanged = [v | {f.FIRST_NAME: v[f.LAST_NAME], f.LAST_NAME: v[f.FIRST_NAME]} for v in faculty]
    swapped.write_bytes(_content(FORMATS["faculty", 3], exchanged))
    return {"staff": cut, "faculty": swapped}


def _content(form: Format, rows: list[dict[str, str]]) -> bytes:
    numbered = [values | {COUNTER: str(number)} for number, values in enumerate(rows, 1)]
    table = [[values[name] for name in form.headers] for values in numbered]
    return _delimited(form, table) if form.encoding else _xlsx(form, table)


def _delimited(form: Format, table: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.delimiter, lineterminator="\r\n")
    if form.title:
        writer.writerow([form.title])
    writer.writerows([list(form.headers.values()), *table])
    text = out.getvalue()
    return text.translate(CP1256).encode(form.encoding) if form.encoding == "cp1256" else text.encode(form.encoding)


def _xlsx(form: Format, table: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("کارکنان")
    sheet.append([form.title])
    sheet.append(list(form.headers.values()))
    names = list(form.headers)
    for row in table:
        sheet.append([_cell(name, value) for name, value in zip(names, row, strict=True)])
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _cell(name: str, value: str) -> str | int | None:
    if name in WHOLE_NUMBERS:
        return int(value)
    return value or None


def _timeless(xlsx: bytes) -> bytes:
    # A workbook notes when it was written; without that the same seed gives the same bytes.
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            info = zipfile.ZipInfo(member, XLSX_MEMBER_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, XLSX_TIMES.sub(b"", old.read(member)))
    return out.getvalue()
