"""Broken exports from end to end, beside an accepted file: held with a sentence, stored, and never the ones that count.

Kinds whose bytes alone are at fault are listed in tests/reconcile/test_read_hr_broken.py; here they are imported too.
"""

import datetime as dt
import io
import json
import random
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.services import snapshots
from backoffice.services.snapshots import Imported
from tests.reconcile.exports import HEADER, LAST, Grid, as_csv, as_xlsx, code, people, person
from tests.reconcile.test_read_hr_broken import BROKEN
from tests.services.hr_imports import MARYAM, ago, bring, settings

COUNT = 200
Cells = Callable[[int, list[str]], Sequence[object]]


def each(change: Cells, rows: int = COUNT) -> Grid:
    """The accepted file with its first rows changed."""
    grid = people(COUNT)
    return [[str(c) for c in change(n, row)] if 0 < n <= rows else row for n, row in enumerate(grid)]


def put(column: str, value: Callable[[int, str], object], rows: int = COUNT) -> Grid:
    """The accepted file with one column changed in its first rows."""
    at = HEADER.index(column)
    return each(lambda n, row: [*row[:at], value(n, row[at]), *row[at + 1 :]], rows)


def lines(text: str, keep: int) -> str:
    return "".join(text.splitlines(keepends=True)[:keep])


def shuffled(column: str) -> Grid:
    values = [person(n)[HEADER.index(column)] for n in range(COUNT)]
    random.Random(7).shuffle(values)  # noqa: S311 - the same order at every run
    return put(column, lambda n, _v: values[n - 1])


def shifted_from(column: str) -> Grid:
    """A cell inserted into each row, the last one lost: all columns stand one to the right."""
    at = HEADER.index(column)
    return each(lambda _n, row: [*row[:at], "", *row[at:-1]])


def slipped(column: str) -> Grid:
    """One column moved down by a row."""
    at = HEADER.index(column)
    return put(column, lambda n, _v: person(max(0, n - 2))[at])


def typo(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def workbook(change: Callable[[int, list[object]], None]) -> bytes:
    """The accepted file as a workbook, cells changed by position."""
    grid: list[list[object]] = [list(row) for row in people(COUNT)]
    for number, row in enumerate(grid[1:], start=1):
        change(number, row)
    return as_xlsx(grid)


def as_numbers(_number: int, row: list[object]) -> None:
    row[0] = float(f"{str(row[0])[:4]}000000")


def as_dates(_number: int, row: list[object]) -> None:
    row[6] = dt.date(1975, 3, 4)


def as_errors(_number: int, row: list[object]) -> None:
    row[0] = "#REF!"


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    cover, sheet = book.active, book.create_sheet("داده")
    assert cover is not None
    cover.append(["راهنما"])
    for row in people(80):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = as_csv(people(COUNT))
OTHER = [list(HEADER), *([code(n), f"9{n}", *person(n)[2:]] for n in range(5000, 5000 + COUNT))]
SQL = "".join(f"INSERT INTO staff VALUES ({', '.join(map(repr, person(n)))});\n" for n in range(40))  # noqa: S608 - a broken file
REPORT = [["گزارش"]] * 11

KINDS: dict[str, tuple[Grid | str | bytes, str, str]] = {
    "cut after sixty of a hundred rows": (lines(GOOD, 121), "rows", "come after line 121 of the accepted file"),
    "cut in a row after sixty of a hundred": (lines(GOOD, 121)[:-20], "fields", "the file ends in the middle of it"),
    "a header and one row": (lines(GOOD, 2), "rows", "1 rows, 199 fewer"),
    "one unit only": ([r for r in people(COUNT) if r[5] != "دانشکده 1"], "rows", "have unit «دانشکده 1»"),
    "every eighth row lost": ([r for n, r in enumerate(people(COUNT)) if n % 8 != 3], "rows", "spread over"),
    "joined twice": ([*people(COUNT), *people(COUNT)[1:]], "rows", "the export was joined twice"),
    "joined with another source": ([*people(COUNT), *OTHER[1:]], "rows", "200 more than the 200"),
    "the file of another source": (OTHER, "cells", "the file of another source"),
    "a column gone": ([r[:5] + r[6:] for r in people(COUNT)], "column_gone", "the columns unit"),
    "two columns gone": ([r[:5] for r in people(COUNT)], "column_gone", "unit, birth_date"),
    "a column under a misspelt header": (
        [[*r[:5], "untt" if n == 0 else r[5], r[6]] for n, r in enumerate(people(COUNT))],
        "column_gone",
        "the columns unit",
    ),
    "a unit emptied": (put("unit", lambda _n, _v: "", 190), "cells", "unit changed (allowed: 60): it is empty in 95 %"),
    "a unit of spaces": (put("unit", lambda _n, _v: " \u200c ", 190), "cells", "it is empty in 95 %"),
    "a unit that says NULL": (put("unit", lambda _n, _v: "NULL"), "cells", "100 % of them are now «NULL»"),
    "a unit that failed to look up": (put("unit", lambda _n, _v: "#N/A"), "cells", "are now «#N/A»"),
    "everybody retired": (put("status", lambda _n, _v: "بازنشسته"), "cells", "are now «بازنشسته»"),
    "names swapped": (each(lambda _n, r: [*r[:2], r[3], r[2], *r[4:]]), "cells", "look swapped"),
    "codes and numbers swapped": (each(lambda _n, r: [r[1], r[0], *r[2:]]), "quarantine", "digits instead of 10"),
    "a last name twice": (each(lambda _n, r: [*r[:2], r[3], *r[3:]]), "cells", "it holds what last_name held"),
    "a unit shuffled": (shuffled("unit"), "cells", "sorted alone"),
    "last names that slipped by a row": (slipped("last_name"), "cells", "had slipped"),
    "codes that slipped by a row": (slipped("national_code"), "cells", "had slipped"),
    "personnel numbers sorted alone": (
        put("personnel_number", lambda n, _v: 2000 - n),
        "cells",
        "personnel_number",
    ),
    "personnel numbers counted anew": (put("personnel_number", lambda n, _v: n), "cells", "personnel_number"),
    "cells moved to the right": (shifted_from("first_name"), "quarantine", "is empty"),
    "cells moved to the right from the status": (shifted_from("status"), "quarantine", "status is empty"),
    "codes in scientific notation": (
        put("national_code", lambda _n, v: f"{v[0]}.{v[1:4]}E+09"),
        "quarantine",
        "scientific notation and its last digits are lost",
    ),
    "numbers in scientific notation": (
        put("personnel_number", lambda _n, _v: "1.23E+11"),
        "quarantine",
        "personnel_number is in scientific notation",
    ),
    "codes with a wrong digit": (put("national_code", lambda _n, v: typo(v), 9), "quarantine", "check digit"),
    "codes of one digit": (put("national_code", lambda _n, _v: "1" * 10, 9), "quarantine", "the same digit ten times"),
    "codes with stars": (put("national_code", lambda _n, v: f"{v[:3]}****{v[7:]}"), "quarantine", "than digits"),
    "codes without their first four digits": (put("national_code", lambda _n, v: v[4:]), "quarantine", "6 digits"),
    "codes emptied": (put("national_code", lambda _n, _v: "", 5), "quarantine", "national_code is empty (line 2)"),
    "names emptied": (put("last_name", lambda _n, _v: ""), "quarantine", "last_name is empty"),
    "status emptied": (put("status", lambda _n, _v: ""), "quarantine", "status is empty"),
    "Gregorian dates": (
        put("birth_date", lambda n, _v: f"1975-03-{1 + n % 28:02d}"),
        "quarantine",
        "«1975-03-02» is no real date of the Jalali calendar",
    ),
    "a thirty-first of Mehr": (put("birth_date", lambda _n, _v: "1360/07/31", 9), "quarantine", "«1360/07/31»"),
    "a leap day of a common year": (put("birth_date", lambda _n, _v: "1402/12/30", 9), "quarantine", "«1402/12/30»"),
    "days and months swapped": (put("birth_date", lambda _n, _v: "13/25/1360", 9), "quarantine", "«13/25/1360»"),
    "years of two digits": (put("birth_date", lambda _n, v: v[2:]), "quarantine", "no real date"),
    "dates as days since 1900": (put("birth_date", lambda n, _v: 27000 + n), "quarantine", "«27001»"),
    "birth dates all alike": (put("birth_date", lambda _n, _v: "1300/01/01"), "cells", "birth_date"),
    "last names all alike": (put("last_name", lambda _n, _v: LAST[0]), "cells", f"are now «{LAST[0]}»"),
    "names in Latin letters": (put("last_name", lambda n, _v: f"Rezaei{n}"), "cells", "last_name changed"),
    "names garbled by an encoding": (
        put("last_name", lambda _n, v: v.encode().decode("cp1252", "replace")),
        "cells",
        "last_name changed",
    ),
    "names of question marks": (put("last_name", lambda _n, v: "?" * len(v)), "cells", "last_name changed"),
    "eleven title lines": ([*REPORT, *people(COUNT)], "required_columns", "none of the first 10 records is a header"),
    "JSON": (json.dumps([dict(zip(HEADER, person(n), strict=True)) for n in range(9)]), "required_columns", "header"),
    "an SQL dump": (SQL, "required_columns", "first 10 records"),
    "a mail with the file in it": (f"From: hr\n\nسلام\n\n{GOOD}-- \nبا احترام\n", "fields", "line 206 has 1 field"),
    "a table of fixed width": (GOOD.replace(",", "   "), "required_columns", "first 10 records"),
    "columns parted by bars": (GOOD.replace(",", "|"), "required_columns", "first 10 records"),
    "a workbook with rounded codes": (workbook(as_numbers), "quarantine", "national_code"),
    "a workbook with Gregorian dates": (workbook(as_dates), "quarantine", "no real date of the Jalali calendar"),
    "a workbook of broken links": (workbook(as_errors), "quarantine", "national_code is empty"),
    "a workbook with a part of the people": (two_sheets(), "rows", "80 rows, 120 fewer"),
}


@pytest.fixture
def accepted(app: Flask) -> int:
    """The number of the accepted file all others are put beside."""
    done = bring(people(COUNT))
    assert done.status == "accepted"
    return done.snapshot or 0


def _assert_held(done: Imported, accepted: int, gate: str, words: str) -> None:
    told = "; ".join(found.detail for found in done.gates)
    assert done.status == "held"
    assert gate in [found.gate for found in done.gates], told
    assert words in told
    counting = snapshots.newest_accepted("hr")
    assert counting is not None
    assert counting.id == accepted
    stored = db.session.get_one(Snapshot, done.snapshot)
    assert (stored.status, [kept["detail"] for kept in stored.gates]) == ("held", [g.detail for g in done.gates])


@pytest.mark.parametrize("name", KINDS)
def test_a_broken_file_is_held_by_a_sentence_and_changes_nothing(name: str, app: Flask, accepted: int) -> None:
    content, gate, words = KINDS[name]
    _assert_held(bring(content), accepted, gate, words)


def test_an_older_file_is_held_and_changes_nothing(app: Flask, accepted: int) -> None:
    _assert_held(bring(people(COUNT + 1), as_of=ago(days=1)), accepted, "as_of", "it is an older file")


def test_files_whose_form_is_at_fault_are_held_and_can_never_be_accepted(app: Flask, accepted: int) -> None:
    for name, (data, gate, words) in BROKEN.items():
        done = bring(data)
        assert done.snapshot, name
        _assert_held(done, accepted, gate, words)
        with pytest.raises(RefusedError, match="must be repaired"):
            snapshots.accept(done.snapshot, actor=MARYAM, reason="x", settings=settings())
    assert db.session.scalar(sa.select(sa.func.count(Snapshot.id))) == len(BROKEN) + 1
