"""What was typed beside what HR, the civil registry and the directory say, with what differs marked.

Source: interface.md "Case page"; mission S44. Fields without a counterpart come last, unmarked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backoffice.i18n import _
from backoffice.rules import fields as f
from backoffice.rules.char_diff import SAME, Segment, char_diff, date_diff
from backoffice.rules.text import n2
from backoffice.views.comparison import AGREES, DIFFERS, FOLDED_ONLY, Cell
from backoffice.views.formats import digits, masked, without_codes
from backoffice.views.labels import field_title
from backoffice.views.mismatch_dates import day, servers_moment
from backoffice.views.mismatch_words import COMPARED, REGISTRY

_IDENTITY = (
    f.NATIONAL_CODE, f.FIRST_NAME, f.LAST_NAME, f.FATHER_NAME, f.BIRTH_DATE, f.PERSONNEL_NUMBER,
)  # fmt: skip
_ASKED_OF_REGISTRY = frozenset({f.NATIONAL_CODE, f.FIRST_NAME, f.LAST_NAME, f.FATHER_NAME, f.BIRTH_DATE})
_ASIDE = (
    f.FULL_NAME, f.STATUS, f.UNIT, f.TITLE, f.EMPLOYMENT_TYPE, f.MOBILE, f.START_DATE, f.END_DATE, "username", "mail",
    "latin_full_name", "affiliation", "last_login", "expiry",
)  # fmt: skip
# Marks inside would turn a date round in a line from right to left.
_LATIN = frozenset({
    *f.CODE_FIELDS, *f.DATE_FIELDS, f.MOBILE, "username", "mail", "latin_full_name", "affiliation",
})  # fmt: skip
_MOMENTS = frozenset({"last_login", "expiry"})
_NAMES = frozenset({"username", "mail"})
_MASKS = {f.NATIONAL_CODE: (), f.MOBILE: (4, 4)}
MOST = 3
Values = Mapping[str, Any]


class Row(NamedTuple):
    """One field in every column."""

    name: str
    title: str
    typed: Cell
    hr: list[Cell]
    registry: Cell
    directory: list[Cell]
    is_latin: bool

    @property
    def differs(self) -> bool:
        """Whether HR says otherwise."""
        return any(cell.kind == DIFFERS for cell in self.hr)


class Table(NamedTuple):
    """The whole table. ``hr`` and ``directory``: what stands over their columns, one at least each."""

    hr: list[str]
    directory: list[str]
    compared: list[Row]
    aside: list[Row]


def table_of(evidence: Values, *, shown: bool, sources: Mapping[str, str]) -> Table:
    """Give the table of an attempt; ``shown``: codes and mobiles in full; ``sources``: their titles."""
    hr = [*evidence.get("hr", [])][:MOST]
    entries = [*(evidence.get("directory") or {}).get("entries", [])][:MOST]
    columns = hr or [{}], [_entry(one) for one in entries] or [{}]
    compared = [_compared(name, evidence, *columns, shown=shown) for name in _IDENTITY]
    aside = [_aside(name, *columns, shown=shown) for name in _ASIDE]
    return Table(
        _of_hr(hr, sources),
        [_name(one, shown=shown) for one in entries] or [""],
        [row for row in compared if _says_anything(row)], [row for row in aside if _says_anything(row)],
    )  # fmt: skip


def _of_hr(rows: Sequence[Values], sources: Mapping[str, str]) -> list[str]:
    """Give what stands over the columns of HR: several are told apart by source, then by what differs first."""
    if len(rows) <= 1:
        return [_("HR")]
    titles = [sources.get(row["source"], row["source"]) for row in rows]
    if len({*titles}) == len(titles):
        return titles
    apart = next((marks for marks in _marks(rows) if len({*marks}) == len(rows)), [])
    numbers = [digits(number) for number in range(1, len(rows) + 1)]
    return [f"{title} · {mark}" for title, mark in zip(titles, apart or numbers, strict=True)]


def _marks(rows: Sequence[Values]) -> list[list[str]]:
    return [[str(row.get(name) or _("nothing")) for row in rows] for name in (f.PERSONNEL_NUMBER, f.UNIT)]


def _name(one: Values, *, shown: bool) -> str:
    name = str(one.get("username") or one["dn"])
    return name if shown else without_codes(name)


def _entry(one: Values) -> dict[str, Any]:
    return {**one.get("shown", {}), "username": one.get("username", "")}


def _compared(name: str, evidence: Values, hr: Sequence[Values], entries: Sequence[Values], *, shown: bool) -> Row:
    typed = _text(name, (evidence.get("typed") or {}).get(name))
    level = (evidence.get("compared") or {}).get(name, "")
    pairs = [_pair(name, typed, _text(name, row.get(name)), shown=shown) for row in hr]
    own, first = pairs[0]
    words = _(COMPARED[level]) if level in COMPARED and typed else ""
    if level == "spelling" and first.kind == DIFFERS:
        first = first._replace(kind=FOLDED_ONLY)
    cells = [first._replace(words=words), *(cell for _own, cell in pairs[1:])]
    there = [_pair(name, typed, _text(name, entry.get(name)), shown=shown)[1] for entry in entries]
    return Row(name, field_title(name), own, cells, _registry(name, evidence), there, name in _LATIN)


def _pair(name: str, typed: str, there: str, *, shown: bool) -> tuple[Cell, Cell]:
    """Give both sides; what one side lacks is no difference."""
    if not typed or not there or (name in _MASKS and not shown):
        kind = DIFFERS if typed and there and n2(typed) != n2(there) else AGREES
        return _plain(name, typed, shown=shown), _plain(name, there, shown=shown)._replace(kind=kind)
    left, right = (date_diff if name in f.DATE_FIELDS else char_diff)(typed, there)
    kind = AGREES if typed == there else FOLDED_ONLY if n2(typed) == n2(there) else DIFFERS
    return Cell(left, kind), Cell(right, kind)


def _registry(name: str, evidence: Values) -> Cell:
    answer = (evidence.get("registry") or {}).get("answer")
    if name not in _ASKED_OF_REGISTRY or answer not in REGISTRY:
        return Cell([])
    return Cell([Segment(_(REGISTRY[answer].title), SAME)], AGREES if answer == "matched" else DIFFERS)


def _aside(name: str, hr: Sequence[Values], entries: Sequence[Values], *, shown: bool) -> Row:
    of_hr = [_plain(name, _text(name, row.get(name)), shown=shown) for row in hr]
    there = [_plain(name, _text(name, entry.get(name)), shown=shown) for entry in entries]
    return Row(name, field_title(name), Cell([]), of_hr, Cell([]), there, name in _LATIN)


def _plain(name: str, text: str, *, shown: bool) -> Cell:
    if text and not shown:
        # The user name of a temporary account is the national code.
        text = masked(text, *_MASKS[name]) if name in _MASKS else without_codes(text) if name in _NAMES else text
    return Cell([Segment(text, SAME)] if text else [])


def _text(name: str, value: object) -> str:
    text = "" if value is None else _(", ").join(map(str, value)) if isinstance(value, list) else str(value)
    if name in _MOMENTS:
        return servers_moment(text)
    if name == f.NATIONAL_CODE:
        # A directory may keep it as a URN.
        return text.rpartition(":")[2]
    return digits(day(text)) if name in f.DATE_FIELDS else text


def _says_anything(row: Row) -> bool:
    return any(cell.segments for cell in (row.typed, *row.hr, *row.directory))
