"""What the directory has of a person at this moment, and what HR said over time, for the person's story."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import NamedTuple

from backoffice.i18n import N_, _
from backoffice.rules import fields as f
from backoffice.rules.identity_evidence import EntryFact
from backoffice.rules.text import n2
from backoffice.services.hr_history import CAME, GONE, Event
from backoffice.views import comparison, mismatch_table
from backoffice.views.comparison import Cell, Row
from backoffice.views.formats import without_codes
from backoffice.views.labels import field_title

_PRIVATE = frozenset({f.BIRTH_DATE, f.FATHER_NAME})
_CAME = N_("The first of the kept files that has the person")
_GONE = N_("The file has no row of the person any more")
_SPELLING = N_("Only the spelling is another")
_BECAME = N_("%(field)s: from «%(before)s» to «%(after)s»")
_FILLED = N_("%(field)s: now «%(after)s»")
_EMPTIED = N_("%(field)s: «%(before)s» is gone")


class EntryTable(NamedTuple):
    """One entry of the directory, field by field."""

    dn: str
    rows: Sequence[Row]


class Told(NamedTuple):
    """What a file of HR brought, in sentences."""

    as_of: dt.datetime
    source: str
    snapshot_id: int
    personnel_number: str
    sentences: Sequence[str]


def entry_tables(facts: Sequence[EntryFact], *, shown: bool) -> list[EntryTable]:
    """Give each entry as a table; ``shown``: codes in full."""
    return [_table(fact, shown=shown) for fact in facts]


def _table(fact: EntryFact, *, shown: bool) -> EntryTable:
    table = mismatch_table.table_of({"directory": {"entries": [asdict(fact)]}}, shown=shown, sources={})
    cells = [(row, row.directory[0]) for row in (*table.compared, *table.aside)]
    rows = [
        Row(row.title, Cell([]), [_hidden(cell, shown=shown)], row.is_latin) for row, cell in cells if cell.segments
    ]
    return EntryTable(fact.dn if shown else without_codes(fact.dn), rows)


def _hidden(cell: Cell, *, shown: bool) -> Cell:
    """Mask a user name that is a national code."""
    return (
        cell
        if shown
        else cell._replace(segments=[part._replace(text=without_codes(part.text)) for part in cell.segments])
    )


def history(events: Sequence[Event], *, shown: bool, private: bool) -> list[Told]:
    """Give the events in sentences, without those that say nothing; ``private``: birth date and father's name too."""
    told = [
        Told(
            event.snapshot.as_of, event.snapshot.source, event.snapshot.id, event.personnel_number,
            list(_sentences(event, shown=shown, private=private)),
        )
        for event in events
    ]  # fmt: skip
    return [one for one in told if one.sentences]


def _sentences(event: Event, *, shown: bool, private: bool) -> Iterator[str]:
    if event.kind in (CAME, GONE):
        yield _(_CAME if event.kind == CAME else _GONE)
    seen = {name: pair for name, pair in event.changes.items() if private or name not in _PRIVATE}
    said = {name: pair for name, pair in seen.items() if n2(pair[0]) != n2(pair[1])}
    if seen and not said:
        yield _(_SPELLING)
    for name, (before, after) in said.items():
        values = [comparison.plain_text(name, value, shown=shown) for value in (before, after)]
        yield _(_sentence(before, after), field=field_title(name), before=values[0], after=values[1])


def _sentence(before: str, after: str) -> str:
    return _BECAME if before and after else _FILLED if after else _EMPTIED
