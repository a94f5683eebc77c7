"""The correction file for HR: what stands against HR's word or waits for it, in the columns and order of HR's own file.

Source: reconciliation.md, OVERRIDDEN; glossary.md «فهرست اصلاحات».
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from backoffice.extensions import writing
from backoffice.i18n import N_, _, force_locale
from backoffice.models import Snapshot
from backoffice.reconcile.inputs import Record, records
from backoffice.rules import fields, jalali
from backoffice.rules.errors import RefusedError
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.identity_rows import disagree
from backoffice.services import audit, correction_lines, snapshots
from backoffice.services.correction_lines import Correction
from backoffice.services.sentences import field_title
from backoffice.services.workbooks import Cell, Table, written
from backoffice.settings import HrSource, Settings

NOTHING_OPEN = N_(
    "No exception stands about people of this source, and no case waits for HR; there is nothing to correct."
)
NO_FILE = N_("No file of this source has been accepted yet.")
SHEET = N_("Corrections")
_ADDED = (N_("Line in HR's file"), N_("What is to be corrected"), N_("Reason"), N_("Until"))


def correction_file(source_name: str, *, actor: str, settings: Settings) -> bytes:
    """Give the Excel file of a source; an audited act. Raises RefusedError where there is nothing to correct."""
    source = settings.source(source_name)
    newest = snapshots.newest_accepted(source.name)
    if newest is None:
        raise RefusedError(NO_FILE)
    with force_locale(settings.language):
        lines, origins = correction_lines.of_source(source.name, settings)
        if not lines:
            raise RefusedError(NOTHING_OPEN)
        rows = _rows(newest, lines, settings)
        table = _table(lines, rows, source, list(newest.columns), settings)
        content = written(table, rtl=settings.language == "fa")
    with writing():
        audit.record("hr:corrections:exported", f"source:{source.name}", actor=actor, after=origins)
    return content


def _rows(newest: Snapshot, lines: Sequence[Correction], settings: Settings) -> dict[str, list[Record]]:
    frame, codes = snapshots.load_frame(newest, settings), {line.national_code for line in lines}
    found: dict[str, list[Record]] = {}
    for row in records(frame[frame["national_code"].isin(codes)]):
        found.setdefault(str(row["national_code"]), []).append(row)
    return found


def _row_of(line: Correction, rows: Sequence[Record]) -> Record:
    """Give the row that is to be mended: where one of several is right, one that contradicts it."""
    right = line.unlike
    wrong = [row for row in rows if right and disagree([right, HrFact(right.source, row, "")])]
    return next(iter(wrong or rows[-1:]), {})


def header_of(columns: Sequence[str], source: HrSource, settings: Settings) -> list[str]:
    """Name our fields as the source's own files do, so that the file can be read again."""
    tables = (source.columns, settings.hr.columns, fields.HEADER_SYNONYMS)
    return [next((words[name][0] for words in tables if words.get(name)), field_title(name)) for name in columns]


def _table(
    lines: Sequence[Correction],
    rows: Mapping[str, Sequence[Record]],
    source: HrSource,
    columns: list[str],
    settings: Settings,
) -> Table:
    missing = [name for line in lines for name in line.right if name not in columns]
    columns = [*columns, *dict.fromkeys(missing)]
    cells = [_line(line, _row_of(line, rows.get(line.national_code, ())), source, columns) for line in lines]
    return Table(_(SHEET), [*header_of(columns, source, settings), *map(_, _ADDED)], cells)


def _line(line: Correction, row: Mapping[str, object], source: HrSource, columns: Sequence[str]) -> list[Cell]:
    here = {name: str(value) for name, value in row.items()} or line.own
    own = {fields.NATIONAL_CODE: line.national_code, **here, **line.right}
    cells = [Cell(_shown(name, own.get(name, ""), source), name in line.about) for name in columns]
    return [*cells, *map(Cell, (str(row.get("line", "")), line.what, line.reason, line.until))]


def _shown(name: str, value: str, source: HrSource) -> str:
    """Write a date in the calendar of the source's own files."""
    if name not in fields.DATE_FIELDS or not value or source.dates.get(name) == "gregorian":
        return value
    try:
        return jalali.to_jalali(dt.date.fromisoformat(value))
    except ValueError:
        return value
