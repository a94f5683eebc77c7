"""Writing Excel files that people open: text and whole numbers, nothing that a spreadsheet would compute.

Source: reliability.md §1 (formulas in exports), interface.md "HR liaison".
"""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backoffice.rules.char_diff import OTHER, Segment

RED = "00C00000"
_HEAD, _MARKED = PatternFill("solid", fgColor="00E8ECF1"), PatternFill("solid", fgColor="00FDE9E7")
_WIDEST, _NARROWEST = 60, 12
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """One cell. ``marked``: what was put right; ``segments``: the text in stretches, what differs is red.

    ``number``: what stands there instead of the text, so that it can be added up and sorted.
    """

    text: str
    marked: bool = False
    segments: Sequence[Segment] = ()
    number: int | None = None


@dataclass(frozen=True)
class Table:
    """A sheet. ``choices``: line (from 0) -> the words the cell in column ``chosen`` (from 0) of it may hold."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chosen: int = 0
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


def written(table: Table, *, rtl: bool) -> bytes:
    """Give the file with one sheet, its first row frozen."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    assert isinstance(sheet, Worksheet)
    sheet.title, sheet.sheet_view.rightToLeft, sheet.freeze_panes = table.title[:31], rtl, "A2"
    for number, name in enumerate(table.header, start=1):
        head = sheet.cell(1, number, safe(name))
        head.font, head.fill = Font(bold=True), _HEAD
    for line, row in enumerate(table.rows, start=2):
        for number, cell in enumerate(row, start=1):
            _write(sheet, line, number, cell)
    _finish(sheet, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula, without control characters."""
    clean = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")
    begins = unicodedata.normalize("NFKC", text[:1])
    return f"'{clean}" if begins in _DANGEROUS and begins else clean


def _write(sheet: Worksheet, line: int, number: int, cell: Cell) -> None:
    place = sheet.cell(line, number)
    if cell.number is not None:
        place.value, place.number_format, place.alignment = cell.number, "0", Alignment(vertical="top")
        return
    place.value = _rich(cell.segments) if cell.segments and safe(cell.text) == cell.text else safe(cell.text)
    place.number_format, place.alignment = "@", Alignment(vertical="top", wrap_text=True)
    if cell.marked:
        place.fill, place.font = _MARKED, Font(color=RED, bold=True)


def _rich(segments: Sequence[Segment]) -> CellRichText:
    red = InlineFont(color=Color(rgb=RED), b=True)
    return CellRichText(*(TextBlock(red, s.text) if s.kind == OTHER else s.text for s in segments if s.text))


def _finish(sheet: Worksheet, table: Table) -> None:
    for number, name in enumerate(table.header):
        letter = get_column_letter(number + 1)
        longest = max([len(name), *(len(row[number].text) for row in table.rows[:1000])])
        sheet.column_dimensions[letter].width = min(_WIDEST, max(_NARROWEST, longest + 2))
    lists: dict[tuple[str, ...], DataValidation] = {}
    letter = get_column_letter(table.chosen + 1)
    for line, words in table.choices.items():
        if not words:
            continue
        if (key := tuple(words)) not in lists:
            lists[key] = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            sheet.add_data_validation(lists[key])
        lists[key].add(f"{letter}{line + 2}")
