"""What HR said of one person over time: how the rows changed from file to file, as long as files are kept (90 days)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Snapshot
from backoffice.models.hr import ACCEPTED
from backoffice.rules.fields import HR_FIELDS
from backoffice.services import snapshot_files
from backoffice.settings import Settings

MOST_FILES = 30
CAME, CHANGED, GONE = "came", "changed", "gone"
# A person may hold several posts in a source, each with a personnel number.
_Rows = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Event:
    """What a file brought. ``changes``: our field -> (before, after), "" for empty; only of CHANGED."""

    snapshot: Snapshot
    kind: str
    personnel_number: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def history(codes: Collection[str], settings: Settings) -> Sequence[Event]:
    """Give what the kept files of every source say of the person with these codes, the newest first."""
    events = [event for source in settings.hr.sources for event in _of_source(source.name, codes, settings)]
    return sorted(events, key=lambda event: (event.snapshot.as_of, event.snapshot.id), reverse=True)


def _of_source(source: str, codes: Collection[str], settings: Settings) -> Iterator[Event]:
    kept = sa.select(Snapshot).where(Snapshot.source == source, Snapshot.status == ACCEPTED, Snapshot.stored_file != "")
    newest = db.session.scalars(kept.order_by(Snapshot.accepted_at.desc(), Snapshot.id.desc()).limit(MOST_FILES)).all()
    read = [(snapshot, _rows_in(snapshot, codes, settings)) for snapshot in reversed(newest)]
    told = [(snapshot, rows) for snapshot, rows in read if rows is not None]
    old: _Rows = {}
    for snapshot, new in told:
        yield from _between(old, new, snapshot)
        old = new


def _between(old: _Rows, new: _Rows, snapshot: Snapshot) -> Iterator[Event]:
    for number in sorted(old.keys() | new.keys()):
        if number not in old:
            yield Event(snapshot, CAME, number)
        elif number not in new:
            yield Event(snapshot, GONE, number)
        elif changes := _changes(old[number], new[number]):
            yield Event(snapshot, CHANGED, number, changes)


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    pairs = {name: (old.get(name, ""), new.get(name, "")) for name in HR_FIELDS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _rows_in(snapshot: Snapshot, codes: Collection[str], settings: Settings) -> _Rows | None:
    """Give personnel number -> what the row says; None where the file is gone or damaged."""
    # The library for tables is loaded where it is used only.
    from backoffice.reconcile.inputs import records  # noqa: PLC0415

    frame = snapshot_files.load(snapshot.stored_file, settings, codes)
    return None if frame is None else {str(row["personnel_number"]): _said(row) for row in records(frame)}


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(row[name]) for name in HR_FIELDS if row.get(name)}
