"""From a raw table to the frame of good rows and the rows set aside.

Source: reconciliation.md "Gates on the file", INVALID_ROW.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from backoffice.i18n import N_
from backoffice.reconcile import hr_status
from backoffice.reconcile.hr_arrow import Mask, clean, constant, equals, map_distinct, matches
from backoffice.reconcile.hr_codes import (
    SCIENTIFIC,
    Codes,
    id_types,
    mobiles,
    numbers,
    read_codes,
    unknown_id_types,
    without_decimals,
)
from backoffice.reconcile.hr_file import Notice, QuarantinedRow
from backoffice.reconcile.hr_table import Table
from backoffice.reconcile.hr_xlsx import XLSX
from backoffice.rules import fields, jalali
from backoffice.settings import HrSettings, HrSource

NUMBER_FIELDS = (fields.PERSONNEL_NUMBER, fields.STUDENT_NUMBER, fields.UNIT_CODE)
TEXTS = ("id_type", "status_class", "status_word", "person_kind")

EMPTY = N_("%(field)s is empty")
NOT_SCIENTIFIC = N_("%(field)s is in scientific notation and its last digits are lost; format the column as text")
LENGTH = N_("national_code has %(found)d digits instead of 10")
REPEATED = N_("national_code is the same digit ten times")
CHECK_DIGIT = N_("the check digit of national_code is wrong")
NOT_DIGITS = N_("national_code holds something else than digits")
FOREIGN_FORM = N_("a foreign national_code must be 4 to 20 Latin letters or digits")
NO_DATE = N_("%(field)s «%(value)s» is no real date of the %(calendar)s calendar")
UNKNOWN_STATUS = N_("status in no class: %(words)s")
UNKNOWN_ID_TYPE = N_("id_type read as national: %(words)s")
NO_HEADER_TEXT = N_("column %(number)d has cells but no header")
UNKNOWN_COLUMNS = N_("unknown columns, not read: %(names)s")


@dataclass
class Rows:
    """Columns by our names while they are read, and for each row its first fault."""

    lines: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    columns: dict[str, pa.LargeStringArray]
    faults: dict[int, tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    warnings: list[Notice] = field(default_factory=list)

    def fault(self, mask: Mask, message: str, **places: object) -> None:
        """Note a fault for the rows of the mask that have none yet."""
        for at in np.flatnonzero(mask).tolist():
            self.faults.setdefault(at, (message, places))


def read_rows(
    table: Table, source: HrSource, hr: HrSettings
) -> tuple[pd.DataFrame, list[QuarantinedRow], list[Notice]]:
    """Give the frame of good rows, the rows set aside in the order of the file, and warnings."""
    known = {ours: clean(column) for ours, column in zip(table.header.fields, table.columns, strict=True) if ours}
    rows = Rows(table.lines, known, warnings=[*table.warnings, *column_warnings(table)])
    codes = _codes(rows, table.encoding)
    _required(rows, source)
    _dates(rows, source)
    frame = _frame(rows, codes, _classes(rows, source, hr))
    good = np.ones(len(frame), dtype=bool)
    good[list(rows.faults)] = False
    return frame[good].reset_index(drop=True), _quarantined(rows), rows.warnings


def column_warnings(table: Table) -> list[Notice]:
    """Name the unknown columns, and cells below no header."""
    named = zip(table.header.names, table.header.fields, strict=True)
    unknown = [name for name, ours in named if name and not ours]
    warnings = [Notice(UNKNOWN_COLUMNS, {"names": ", ".join(unknown)})] if unknown else []
    for number, name in enumerate(table.header.names):
        if not name and pc.any(pc.not_equal(pc.utf8_trim_whitespace(table.columns[number]), "")).as_py():
            warnings.append(Notice(NO_HEADER_TEXT, {"number": number + 1}))
    return warnings


def _codes(rows: Rows, encoding: str) -> Codes:
    if encoding == XLSX:
        for name in (fields.NATIONAL_CODE, fields.MOBILE, *NUMBER_FIELDS):
            if name in rows.columns:
                rows.columns[name] = without_decimals(rows.columns[name])
    raw_kinds = rows.columns.get(fields.ID_TYPE)
    if raw_kinds is not None and (odd := unknown_id_types(raw_kinds)):
        rows.warnings.append(Notice(UNKNOWN_ID_TYPE, {"words": ", ".join(odd)}))
    raw = rows.columns[fields.NATIONAL_CODE]
    codes = read_codes(raw, id_types(raw_kinds, len(rows.lines)))
    rows.columns |= {fields.NATIONAL_CODE: codes.text, fields.ID_TYPE: codes.id_type}
    _code_faults(rows, raw, codes)
    for name in NUMBER_FIELDS:
        if name in rows.columns:
            rows.columns[name] = numbers(rows.columns[name])
    if fields.MOBILE in rows.columns:
        rows.columns[fields.MOBILE] = mobiles(rows.columns[fields.MOBILE])
    return codes


def _code_faults(rows: Rows, raw: pa.LargeStringArray, codes: Codes) -> None:
    wrong = ~codes.valid
    if not wrong.any():
        return
    rows.fault(equals(codes.text, "") & wrong, EMPTY, field=fields.NATIONAL_CODE)
    rows.fault(equals(codes.id_type, "foreign") & wrong, FOREIGN_FORM)
    rows.fault(matches(raw, SCIENTIFIC) & wrong, NOT_SCIENTIFIC, field=fields.NATIONAL_CODE)
    rows.fault(matches(codes.text, "[^0-9]") & wrong, NOT_DIGITS)
    rows.fault(matches(codes.text, "^(0{10}|1{10}|2{10}|3{10}|4{10}|5{10}|6{10}|7{10}|8{10}|9{10})$"), REPEATED)
    rows.fault(matches(codes.text, "^[0-9]{10}$") & wrong, CHECK_DIGIT)
    lengths = pc.utf8_length(codes.text).to_numpy()
    for found in np.unique(lengths[wrong]).tolist():
        rows.fault(wrong & (lengths == found), LENGTH, found=found)


def _required(rows: Rows, source: HrSource) -> None:
    number = rows.columns[fields.PERSONNEL_NUMBER]
    rows.fault(equals(number, ""), EMPTY, field=fields.PERSONNEL_NUMBER)
    rows.fault(matches(number, SCIENTIFIC), NOT_SCIENTIFIC, field=fields.PERSONNEL_NUMBER)
    _names(rows)
    if source.rows != "active_only":
        rows.fault(equals(rows.columns[fields.STATUS], ""), EMPTY, field=fields.STATUS)


def _names(rows: Rows) -> None:
    full = rows.columns.get(fields.FULL_NAME)
    no_full = np.ones(len(rows.lines), dtype=bool) if full is None else equals(full, "")
    parts = [name for name in (fields.FIRST_NAME, fields.LAST_NAME) if name in rows.columns]
    if len(parts) == 1 or not parts:
        rows.fault(no_full, EMPTY, field=fields.FULL_NAME)
        return
    for name in parts:
        rows.fault(equals(rows.columns[name], "") & no_full, EMPTY, field=name)


def _dates(rows: Rows, source: HrSource) -> None:
    for name in fields.DATE_FIELDS:
        if name not in rows.columns:
            continue
        calendar = source.dates.get(name, "jalali")
        raw = rows.columns[name]
        read = map_distinct(raw, lambda text, c=calendar: _iso(text, c))  # type: ignore[misc]
        rows.columns[name] = read
        for at in np.flatnonzero(equals(read, "") & ~equals(raw, "")).tolist():
            places = {"field": name, "value": raw[at].as_py()[:40], "calendar": calendar.capitalize()}
            rows.faults.setdefault(at, (NO_DATE, places))


def _iso(text: str, calendar: jalali.Calendar) -> str:
    day = jalali.parse(text, calendar) if text else None
    return day.isoformat() if day else ""


def _classes(rows: Rows, source: HrSource, hr: HrSettings) -> dict[str, pa.LargeStringArray]:
    count = len(rows.lines)
    column = rows.columns.get(fields.STATUS)
    keys = constant(fields.ACTIVE, count)
    if column is not None:
        empty = fields.ACTIVE if source.rows == "active_only" else ""
        keys = hr_status.word_keys(column, hr_status.status_words(source, hr), empty=empty)
        if unknown := hr_status.unknown_words(column, keys):
            words = ", ".join(f"«{word}» ({found})" for word, found in unknown.items())
            rows.warnings.append(Notice(UNKNOWN_STATUS, {"words": words}))
    kinds = rows.columns.get(fields.PERSON_TYPE)
    person = constant("", count) if kinds is None else hr_status.person_kinds(kinds)
    return {"status_class": hr_status.classes(keys), "status_word": keys, "person_kind": person}


def _frame(rows: Rows, codes: Codes, classes: dict[str, pa.LargeStringArray]) -> pd.DataFrame:
    texts = {**rows.columns, **classes}
    frame = pd.DataFrame({name: pd.Series(pd.array(column, dtype="str")) for name, column in texts.items()})
    frame["padded"] = codes.padded
    frame["line"] = rows.lines
    return frame


def empty_frame() -> pd.DataFrame:
    """Give the frame of a file that was not read."""
    names = [fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER, *TEXTS]
    frame = pd.DataFrame({name: pd.Series([], dtype="str") for name in names})
    return frame.assign(padded=pd.Series([], dtype="bool"), line=pd.Series([], dtype="int64"))


def _quarantined(rows: Rows) -> list[QuarantinedRow]:
    codes, numbers_ = rows.columns[fields.NATIONAL_CODE], rows.columns[fields.PERSONNEL_NUMBER]
    return [
        QuarantinedRow(int(rows.lines[at]), *rows.faults[at], codes[at].as_py(), numbers_[at].as_py())
        for at in sorted(rows.faults)
    ]
