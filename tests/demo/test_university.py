"""What truth.json says about the demo university is what its files hold, and nothing else is in them."""

import csv
import io
import json
import random
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from backoffice.demo import hr_files, names
from backoffice.demo.hr_files import FORMATS
from backoffice.demo.names import FullName
from backoffice.demo.people import DAYS, NATIONAL_CODE_URN, new_code
from backoffice.demo.university import DemoUniversity, build
from backoffice.demo.world import SOURCES
from backoffice.ports import ldif as ldif_reader
from backoffice.rules import fields as f
from backoffice.rules import national_code, text
from tests.conftest import make_settings

TODAY = date(2026, 11, 22)
SEED = 1405
SIZE = 700
# A cell of a comparison: our field, the directory's attribute, the folding after which they are equal.
COMPARED: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    (f.FIRST_NAME, "givenname;lang-fa", text.n2),
    (f.LAST_NAME, "sn;lang-fa", text.n2),
    (f.UNIT, "ou", text.n2),
    (f.UNIT_CODE, "departmentnumber", str),
    (f.TITLE, "title", text.n2),
    (f.EMPLOYMENT_TYPE, "employeetype", text.n2),
    (f.PERSONNEL_NUMBER, "employeenumber", str),
)


class University:
    """The written files, read again."""

    def __init__(self, made: DemoUniversity) -> None:
        self.made = made
        self.truth: dict[str, Any] = json.loads(made.truth.read_text("utf-8"))
        with made.directory.open("rb") as stream:
            self.entries = {record.dn: record.values for record in ldif_reader.records(stream)}

    def rows(self, source: str, day: int) -> list[dict[str, str]]:
        form = FORMATS[source, day]
        return as_fields(form, read_table(form, self.made.exports[source, day]))

    def planted(self, *plants: str, day: int = 1) -> list[dict[str, Any]]:
        return [p for p in self.truth["planted"] if p["day"] == day and p["plant"] in plants]

    def accounts_of(self, code: str) -> list[str]:
        value = NATIONAL_CODE_URN + code
        return sorted(dn for dn, values in self.entries.items() if value in values.get("schacpersonaluniqueid", []))


def read_table(form: hr_files.Format, path: Path) -> list[list[str]]:
    """The cells from the header on."""
    if form.encoding:
        content = path.read_bytes().decode(form.encoding)
        table = list(csv.reader(io.StringIO(content), delimiter=form.delimiter))
    else:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        table = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return table[1:] if form.title else table


def as_fields(form: hr_files.Format, table: list[list[str]]) -> list[dict[str, str]]:
    header = [text.n1(cell) for cell in form.headers.values()]
    assert [text.n1(cell) for cell in table[0]] == header
    return [dict(zip(form.headers, row, strict=True)) for row in table[1:]]


def code_of(row: dict[str, str]) -> str:
    return national_code.pad(national_code.normalise(row[f.NATIONAL_CODE]).strip("='\""))


def differing(row: dict[str, str], entry: dict[str, list[str]]) -> list[str]:
    return sorted(
        name for name, attribute, fold in COMPARED
        if attribute in entry and fold(row[name]) not in [fold(value) for value in entry[attribute]]
    )  # fmt: skip


@pytest.fixture(scope="module")
def university(tmp_path_factory: pytest.TempPathFactory) -> University:
    return University(build(tmp_path_factory.mktemp("university"), seed=SEED, size=SIZE, today=TODAY))


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, university: University) -> None:
    build(tmp_path, seed=SEED, size=SIZE, today=TODAY)
    assert files_of(tmp_path) == files_of(university.made.directory.parent)


def test_another_seed_gives_other_people(tmp_path: Path, university: University) -> None:
    other = University(build(tmp_path, seed=SEED + 1, size=SIZE, today=TODAY))
    assert not {code_of(row) for row in other.rows("staff", 1)} & {code_of(row) for row in university.rows("staff", 1)}


def drawn_names(count: int) -> list[FullName]:
    rng = random.Random(SEED)  # noqa: S311 - nothing secret
    return [names.full_name(rng) for _ in range(count)]


def test_names_are_many_and_every_kind_of_writing_occurs() -> None:
    first = {name.fa for name in (*names.MALE, *names.FEMALE)}
    last = {name.fa for name in names.LAST}
    assert len(first) >= 200
    assert len(last) >= 300
    assert any(names.ZWNJ in name for name in last)
    assert any(" " in name for name in last)
    assert any(name.startswith("میر") for name in last)
    assert any(name.first.fa.startswith("سید ") for name in drawn_names(300))


def test_latin_names_are_latin() -> None:
    assert all(re.fullmatch("[A-Z][A-Za-z ]+", name.latin) for name in (*names.MALE, *names.FEMALE, *names.LAST))


def test_drawn_codes_are_valid_and_never_repeat() -> None:
    used: set[str] = set()
    rng = random.Random(SEED)  # noqa: S311 - nothing secret
    codes = [new_code(rng, used) for _ in range(500)]
    assert all(national_code.is_valid(code) for code in codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("source", SOURCES)
def test_only_planted_codes_are_wrong(university: University, source: str, day: int) -> None:
    wrong = [row for row in university.rows(source, day) if not national_code.is_valid(code_of(row))]
    mistyped = [p for p in university.planted("code_mistyped", day=day) if p["source"] == source]
    numbers = sorted(row[f.PERSONNEL_NUMBER] for row in wrong)
    assert numbers == sorted(p["personnel_number"] for p in mistyped)


@pytest.mark.parametrize("day", DAYS)
def test_whoever_is_not_planted_agrees_with_the_directory(university: University, day: int) -> None:
    planted = {p["national_code"] for p in university.truth["planted"]}
    rows = [row for source in SOURCES for row in university.rows(source, day)]
    plain = [row for row in rows if national_code.is_valid(code_of(row)) and code_of(row) not in planted]
    assert len(plain) > SIZE / 2
    for row in plain:
        [dn] = university.accounts_of(code_of(row))
        assert not differing(row, university.entries[dn])


@pytest.mark.parametrize("day", DAYS)
def test_planted_differences_are_in_the_files(university: University, day: int) -> None:
    rows = {(source, row[f.PERSONNEL_NUMBER]): row for source in SOURCES for row in university.rows(source, day)}
    for planted in university.truth["planted"]:
        if planted["day"] != day or planted["situation"] not in ("FOUND", "CONFIRMED", "DRIFT"):
            continue
        row = rows[planted["source"], planted["personnel_number"]]
        [dn] = planted["dns"]
        expected = [name for name in planted["fields"] if name != f.NATIONAL_CODE]
        assert differing(row, university.entries[dn]) == expected, planted


def test_spelling_differs_in_the_raw_text_and_in_the_planted_way_only(university: University) -> None:
    rows = {row[f.PERSONNEL_NUMBER]: row for source in SOURCES for row in university.rows(source, 1)}
    for planted in university.planted("spelled"):
        field, kind = planted["detail"].split(": ")
        [dn] = planted["dns"]
        attribute = "sn;lang-fa" if field == f.LAST_NAME else "givenname;lang-fa"
        [held] = university.entries[dn][attribute]
        written = rows[planted["personnel_number"]][field]
        assert held != written
        assert text.spelling_kind(written, held) == kind


@pytest.mark.parametrize(
    ("plant", "related"),
    [
        ("prefix", lambda hr, held: text.n2(hr) != text.n2(held) and text.equal_n3(hr, held)),
        ("one_letter", lambda hr, held: text.n2(hr) != text.n2(held) and text.one_edit(hr, held)),
        ("other_name", lambda hr, held: not text.one_edit(hr, held) and not text.equal_n3(hr, held)),
    ],
)
def test_names_under_dispute_are_apart_as_planned(
    university: University, plant: str, related: Callable[[str, str], bool]
) -> None:
    rows = {row[f.PERSONNEL_NUMBER]: row for source in SOURCES for row in university.rows(source, 1)}
    cases = university.planted(plant)
    assert cases
    for planted in cases:
        row, entry = rows[planted["personnel_number"]], university.entries[planted["dns"][0]]
        pairs = [(row[f.FIRST_NAME], entry["givenname;lang-fa"][0]), (row[f.LAST_NAME], entry["sn;lang-fa"][0])]
        assert any(related(*pair) for pair in pairs)


def test_two_accounts_and_shared_accounts_are_in_the_directory(university: University) -> None:
    for planted in university.planted("two_accounts", "shared_account"):
        assert university.accounts_of(planted["national_code"]) == planted["dns"]
    shared = university.planted("shared_account")
    assert shared[0]["dns"] == shared[1]["dns"]


def test_people_to_register_have_no_account(university: University) -> None:
    for planted in university.planted("not_registered", "not_entitled"):
        assert not university.accounts_of(planted["national_code"])


def test_disabled_entries_are_locked_and_others_are_not(university: University) -> None:
    expected = {dn for p in university.planted("disabled", "archived") for dn in p["dns"]}
    locked = {dn for dn, values in university.entries.items() if "pwdaccountlockedtime" in values}
    status = {dn for dn, v in university.entries.items() if v.get("schacuserstatus", [""])[0].endswith(":disabled")}
    assert locked == status == expected


@pytest.mark.parametrize("day", DAYS)
def test_broken_rows_are_at_the_lines_named(university: University, day: int) -> None:
    for line in (line for line in university.truth["quarantined"] if line["day"] == day):
        form = FORMATS[line["source"], day]
        row = university.rows(line["source"], day)[line["line"] - (3 if form.title else 2)]
        reasons = (
            not national_code.is_valid(code_of(row)),
            not row[f.LAST_NAME].strip(),
            row[f.BIRTH_DATE].split("/")[1] == "13",
        )
        assert any(reasons), row


@pytest.mark.parametrize("size", [200, SIZE])
def test_differences_between_days_stay_below_the_gates(tmp_path: Path, size: int) -> None:
    university = University(build(tmp_path, seed=3, size=size, today=TODAY))
    for source in SOURCES:
        counts = [len(university.rows(source, day)) for day in DAYS]
        broken = Counter(line["day"] for line in university.truth["quarantined"] if line["source"] == source)
        for day, (before, after) in enumerate(pairwise(counts), 2):
            assert before - after <= max(5, before * 0.05)
            assert after - before <= max(25, before * 0.25)
            assert broken[day] <= max(3, after * 0.01)
        assert broken[1] <= max(3, counts[0] * 0.01)


def test_broken_exports_are_cut_and_swapped(university: University) -> None:
    whole, cut = (
        as_fields(form, read_table(form, path))
        for form, path in (
            (FORMATS["staff", 3], university.made.exports["staff", 3]),
            (FORMATS["staff", 1], university.made.broken["staff"]),
        )
    )
    assert cut == whole[: len(cut)]
    assert len(cut) < len(whole) * 0.7
    form = FORMATS["faculty", 3]
    swapped = as_fields(form, read_table(form, university.made.broken["faculty"]))
    assert [row[f.FIRST_NAME] for row in swapped] == [row[f.LAST_NAME] for row in university.rows("faculty", 3)]


def test_the_first_day_reads_as_a_real_university(tmp_path: Path) -> None:
    made = build(tmp_path, seed=SEED, size=5000, today=TODAY)
    counts = made.situations[1]
    quiet = {"FOUND", "OUT_OF_SCOPE", "PROTECTED", "DISABLED", "NOT_ENTITLED"}
    noise = {"LEAVER", "DECEASED", "ON_LEAVE", "ORPHAN"}
    active = counts["FOUND"] + sum(n for name, n in counts.items() if name not in quiet | noise)
    assert counts["FOUND"] >= 0.95 * active
    assert all(1 <= n <= 60 for name, n in counts.items() if name not in quiet)
    assert made.persons == 5000


def test_every_situation_of_the_first_issue_occurs(university: University) -> None:
    seen = {planted["situation"] for planted in university.truth["planted"]}
    assert seen >= {
        "CONFIRMED", "DRIFT", "FOUND", "NOT_REGISTERED", "NOT_ENTITLED", "UNKNOWN_STATUS", "LEAVER", "ON_LEAVE",
        "DECEASED", "MISSING", "DISABLED", "ROW_QUARANTINED", "ORPHAN", "PROTECTED", "ROW_CONFLICT", "TWO_ACCOUNTS",
        "AMBIGUOUS", "ID_CHANGED", "NAME_CONFLICT", "REVIEW", "TARGET_GONE",
    }  # fmt: skip
    notes = {note for planted in university.truth["planted"] for note in planted["notes"]}
    assert notes == {"TWO_ROLES", "DUPLICATE_ROW", "PADDED_CODE", "NAME_SPELLING"}


def test_the_three_worst_problems_are_named(university: University) -> None:
    worst = {planted["situation"] for planted in university.truth["worst"]}
    assert worst == {"DECEASED", "AMBIGUOUS", "TWO_ACCOUNTS"}


def test_settings_of_the_demo_are_accepted(tmp_path: Path, university: University) -> None:
    settings = make_settings(tmp_path, **tomllib.loads(university.made.settings))
    assert [source.name for source in settings.hr.sources] == list(SOURCES)
    assert set(settings.ldap.protected) <= set(university.entries)


def test_passwords_of_the_demo_are_long_and_for_the_owner_only(university: University) -> None:
    assert all(len(login.password) >= 15 for login in university.made.logins)
    assert stat.S_IMODE(university.made.directory.stat().st_mode) == 0o600
    clear = university.made.directory.read_text("utf-8")
    assert not any(login.password in clear for login in university.made.logins)
