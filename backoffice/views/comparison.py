"""HR's row beside the accounts of a finding, field by field, with what differs marked.

Source: interface.md "Case page"; reconciliation.md principle 9: an empty cell says nothing, so nothing is marked.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from backoffice.i18n import N_, _
from backoffice.models import Finding
from backoffice.rules import fields as f
from backoffice.rules.char_diff import SAME, Segment, char_diff
from backoffice.rules.jalali import to_jalali
from backoffice.rules.text import n2
from backoffice.views.formats import digits, masked, without_codes
from backoffice.views.labels import difference_words, field_title

SEPARATOR = "\x1f"
FOLDED_ONLY, DIFFERS, AGREES = "folded", "differs", ""
_COMPARED = tuple(field for field in f.OWNED_BY_HR if field != f.FULL_NAME)
_OF_HR = (f.STATUS, f.PERSON_TYPE, f.FATHER_NAME, f.BIRTH_DATE, f.MOBILE, f.START_DATE, f.END_DATE)
_NAMES = frozenset({"username", "mail"})
_OF_ENTRY = ("username", "mail", "latin_full_name")
_SECRET = frozenset({f.NATIONAL_CODE, f.MOBILE})
_LATIN = frozenset({*f.CODE_FIELDS, f.MOBILE, f.STUDENT_NUMBER, "username", "mail", "latin_full_name"})
_PRIVATE = frozenset({f.BIRTH_DATE, f.FATHER_NAME})
_MASKS = {f.MOBILE: (4, 4)}
_ENABLED, _DISABLED = N_("enabled"), N_("disabled")
Values = Mapping[str, Any]


class Cell(NamedTuple):
    """One value: its stretches, whether it differs (``kind``) and how, in words; ``more``: other values beside it."""

    segments: list[Segment]
    kind: str = AGREES
    words: str = ""
    more: str = ""


class Row(NamedTuple):
    """One field: what HR says and what each account says. ``is_latin``: written from left to right."""

    title: str
    hr: Cell
    entries: list[Cell]
    is_latin: bool


class Comparison(NamedTuple):
    """The whole table; ``compared`` first, then what only one side holds."""

    compared: list[Row]
    aside: list[Row]
    has_hr: bool
    accounts: list[str]


def compare(finding: Finding, *, shown: bool) -> Comparison:
    """Give the table of a finding; ``shown``: codes and mobiles in full."""
    hr: Values = finding.evidence.get("hr") or {}
    entries: list[Values] = finding.evidence.get("entries") or []
    names = _COMPARED if any(entry.get(f.LAST_NAME) for entry in entries) or not entries else f.OWNED_BY_HR
    if hr.get(f.FULL_NAME):
        names = f.OWNED_BY_HR
    compared = rows_of(finding, names, shown=shown).values()
    aside = [_plain_row(name, hr, entries, shown=shown) for name in (*_OF_HR, *_OF_ENTRY)]
    return Comparison(
        [row for row in compared if _says_anything(row)],
        [row for row in [*aside, _state(entries)] if _says_anything(row)],
        bool(hr),
        [_account(str(entry.get("username") or entry["dn"]), shown=shown) for entry in entries],
    )


def rows_of(finding: Finding, names: Iterable[str], *, shown: bool) -> dict[str, Row]:
    """Give these fields of a finding by their names."""
    hr: Values = finding.evidence.get("hr") or {}
    entries: list[Values] = finding.evidence.get("entries") or []
    found = {item["field"]: item for item in [*finding.differences, *finding.spelling]} if len(entries) == 1 else {}
    return {name: _row(name, hr, entries, found.get(name), shown=shown) for name in names}


def changes(old: Mapping[str, str], new: Mapping[str, str], *, shown: bool) -> list[Row]:
    """Give one row per field an action changes: the old value as the account's, the new one as HR's."""
    return [_row(name, new, [old], None, shown=shown, empty_counts=True) for name in sorted(new)]


def hr_table(values: Values, *, shown: bool, private: bool) -> list[Row]:
    """Give a row of HR, field by field; ``private``: birth date and father's name too."""
    names = [name for name in f.HR_FIELDS if name != f.ID_TYPE and (private or name not in _PRIVATE)]
    rows = [
        Row(field_title(name), _plain(name, _text(values.get(name)), shown=shown), [], name in _LATIN) for name in names
    ]
    return [row for row in rows if _says_anything(row)]


def seen_table(finding: Finding, *, shown: bool) -> list[Row]:
    """Give the directory entries a run kept with a finding, field by field."""
    entries: list[Values] = finding.evidence.get("entries") or []
    names = ("username", *_COMPARED, "mail", "latin_full_name")
    cells = {name: [_plain(name, _text(e.get(name)), shown=shown) for e in entries] for name in names}
    rows = [Row(field_title(name), Cell([]), cells[name], name in _LATIN) for name in names]
    return [row for row in [*rows, _state(entries)] if _says_anything(row)]


def _row(
    name: str, hr: Values, entries: list[Values], found: Values | None, *, shown: bool, empty_counts: bool = False
) -> Row:
    value = _text(hr.get(name))
    cells, own = [], _plain(name, value, shown=shown)
    for entry in entries:
        mine, theirs = _pair(name, value, _text(entry.get(name)), found, shown=shown, empty_counts=empty_counts)
        cells.append(theirs)
        own = mine if len(entries) == 1 else own
    return Row(field_title(name), own, cells, name in _LATIN)


def _pair(
    name: str, hr: str, there: str, found: Values | None, *, shown: bool, empty_counts: bool
) -> tuple[Cell, Cell]:
    values = there.split(SEPARATOR)
    chosen = found["directory"] if found else _closest(hr, values)
    more = [value for value in values if value != chosen]
    counts = empty_counts or found is not None
    if name in _SECRET and not shown:
        kind, words = _verdict(hr, chosen, found) if counts or (hr and chosen) else (AGREES, "")
        theirs = Cell(_plain(name, chosen, shown=False).segments, kind, words, _hidden(name, more))
        return _plain(name, hr, shown=False), theirs
    if not counts and not (hr and chosen):
        return _plain(name, hr, shown=shown), _plain(name, chosen, shown=shown)._replace(more=_(", ").join(more))
    left, right = char_diff(hr, chosen)
    kind, words = _verdict(hr, chosen, found)
    return Cell(left, kind), Cell(right, kind, words, _(", ").join(more))


def _verdict(hr: str, there: str, found: Values | None) -> tuple[str, str]:
    """Give whether and how two values differ; the run's own word for it goes first."""
    if hr == there:
        return AGREES, ""
    kind = FOLDED_ONLY if n2(hr) == n2(there) else DIFFERS
    if not found:
        return kind, _("equal after folding") if kind == FOLDED_ONLY else difference_words("other")
    return kind, difference_words(found["kind"])


def _closest(hr: str, values: list[str]) -> str:
    return next((value for value in values if value == hr), None) or next(
        (value for value in values if n2(value) == n2(hr)), values[0]
    )


def _plain_row(name: str, hr: Values, entries: list[Values], *, shown: bool) -> Row:
    own = _plain(name, _text(hr.get(name)) if name in _OF_HR else "", shown=shown)
    cells = [_plain(name, _text(e.get(name)) if name in _OF_ENTRY else "", shown=shown) for e in entries]
    return Row(field_title(name), own, cells, name in _LATIN)


def _account(name: str, *, shown: bool) -> str:
    return name if shown else without_codes(name)


def _plain(name: str, value: str, *, shown: bool) -> Cell:
    if value and name in _SECRET and not shown:
        value = _hidden(name, value.split(SEPARATOR))
    elif name in f.DATE_FIELDS:
        value = _day(value)
    elif name in _NAMES:
        value = _account(value, shown=shown)
    text = value.replace(SEPARATOR, _(", "))
    return Cell([Segment(text, SAME)] if text else [])


def plain_text(name: str, value: str, *, shown: bool) -> str:
    """Give a value of HR as pages show it; ``shown``: codes and mobiles in full."""
    return "".join(part.text for part in _plain(name, value, shown=shown).segments)


def _hidden(name: str, values: list[str]) -> str:
    return str(_(", ").join(masked(value, *_MASKS.get(name, ())) for value in values))


def _state(entries: list[Values]) -> Row:
    words = [_(_DISABLED) if entry.get("disabled") else _(_ENABLED) for entry in entries]
    return Row(_("Account is"), Cell([]), [Cell([Segment(word, SAME)]) for word in words], is_latin=False)


def _day(value: str) -> str:
    try:
        return digits(to_jalali(dt.date.fromisoformat(value)))
    except ValueError:
        return value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _says_anything(row: Row) -> bool:
    return any(cell.segments for cell in (row.hr, *row.entries))
