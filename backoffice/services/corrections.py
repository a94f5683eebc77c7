"""The correction file for HR: what stands against HR's word, in the columns and order of HR's own file.

Source: reconciliation.md, OVERRIDDEN; glossary.md «فهرست اصلاحات».
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from backoffice.extensions import writing
from backoffice.i18n import N_, _, force_locale
from backoffice.models import Override
from backoffice.reconcile.inputs import Record, records
from backoffice.rules import fields, jalali
from backoffice.rules.errors import RefusedError
from backoffice.rules.overrides import ENTITLED, NOT_ENTITLED
from backoffice.services import audit, overrides, snapshots
from backoffice.services.sentences import field_title
from backoffice.services.workbooks import Cell, Table, written
from backoffice.settings import HrSource, Settings

NOTHING_OPEN = N_("No exception stands about people of this source; there is nothing to correct.")
NO_FILE = N_("No file of this source has been accepted yet.")
SHEET = N_("Corrections")
WHAT = {
    ENTITLED: N_("Works here: the status should say so"),
    NOT_ENTITLED: N_("Does not work here any more: the status should say so"),
}
FIELD_WRONG = N_("«%(field)s» should read: %(value)s")
IDENTITY_WRONG = N_("Name, father's name or birth date do not agree with the person's papers")
_ADDED = (N_("Line in HR's file"), N_("What is to be corrected"), N_("Reason"), N_("Until"))


def correction_file(source_name: str, *, actor: str, settings: Settings) -> bytes:
    """Give the Excel file of a source; an audited act. Raises RefusedError where there is nothing to correct."""
    source = settings.source(source_name)
    newest = snapshots.newest_accepted(source.name)
    if newest is None:
        raise RefusedError(NO_FILE)
    open_ones = overrides.open_ones(source.name)
    if not open_ones:
        raise RefusedError(NOTHING_OPEN)
    frame = snapshots.load_frame(newest, settings)
    codes = [one.national_code for one in open_ones]
    rows = {str(row["national_code"]): row for row in records(frame[frame["national_code"].isin(codes)])}
    with force_locale(settings.language):
        table = _table(open_ones, rows, source, list(newest.columns), settings)
        content = written(table, rtl=settings.language == "fa")
    with writing():
        audit.record(
            "hr:corrections:exported", f"source:{source.name}", actor=actor,
            after={"overrides": [one.id for one in open_ones]},
        )  # fmt: skip
    return content


def header_of(columns: Sequence[str], source: HrSource, settings: Settings) -> list[str]:
    """Name our fields as the source's own files do, so that the file can be read again."""
    tables = (source.columns, settings.hr.columns, fields.HEADER_SYNONYMS)
    return [next((words[name][0] for words in tables if words.get(name)), field_title(name)) for name in columns]


def _table(
    open_ones: Sequence[Override], rows: Mapping[str, Record], source: HrSource, columns: list[str], settings: Settings
) -> Table:
    missing = [one.field for one in open_ones if one.field and one.field not in columns]
    columns = [*columns, *dict.fromkeys(missing)]
    lines = [_line(one, rows.get(one.national_code, {}), source, columns, settings) for one in open_ones]
    return Table(_(SHEET), [*header_of(columns, source, settings), *map(_, _ADDED)], lines)


def _line(
    one: Override, row: Mapping[str, object], source: HrSource, columns: Sequence[str], settings: Settings
) -> list[Cell]:
    own = {fields.NATIONAL_CODE: one.national_code, **{name: str(value) for name, value in row.items()}}
    about = {ENTITLED: fields.STATUS, NOT_ENTITLED: fields.STATUS}.get(one.kind, one.field)
    right = {one.field: one.value} if one.field else {}
    cells = [Cell(_shown(name, right.get(name, own.get(name, "")), source), name == about) for name in columns]
    until = jalali.shown(one.until.astimezone(ZoneInfo(settings.timezone)).date(), settings.language)
    return [*cells, *(Cell(text) for text in (str(row.get("line", "")), what_is_wrong(one), one.reason, until))]


def what_is_wrong(one: Override) -> str:
    """Say what HR is to correct, in the language of the moment."""
    if one.kind in WHAT:
        return str(_(WHAT[one.kind]))
    wrong = _(FIELD_WRONG, field=field_title(one.field), value=one.value) if one.field else _(IDENTITY_WRONG)
    return str(wrong)


def _shown(name: str, value: str, source: HrSource) -> str:
    """Write a date in the calendar of the source's own files."""
    if name not in fields.DATE_FIELDS or not value or source.dates.get(name) == "gregorian":
        return value
    try:
        return jalali.to_jalali(dt.date.fromisoformat(value))
    except ValueError:
        return value
