"""What HR says of one person at this moment: the rows of the newest accepted file of every source."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from backoffice.models import Person, Snapshot
from backoffice.reconcile.inputs import records
from backoffice.services import snapshot_files, snapshots
from backoffice.settings import Settings


@dataclass(frozen=True)
class HrRow:
    """One row: our field -> text, ``line`` of the file. ``snapshot`` is where it stands."""

    snapshot: Snapshot
    values: dict[str, Any]


def rows_of(person: Person, settings: Settings) -> list[HrRow]:
    """Give the rows with a code the person has or had, by source; a file whose rows are gone has none."""
    codes = {person.national_code, *(code.value for code in person.codes)}
    newest = [snapshots.newest_accepted(source.name) for source in settings.hr.sources]
    return [row for snapshot in newest if snapshot for row in _rows_in(snapshot, codes, settings)]


def _rows_in(snapshot: Snapshot, codes: Collection[str], settings: Settings) -> list[HrRow]:
    frame = snapshot_files.load(snapshot.stored_file, settings, codes)
    return [] if frame is None else [HrRow(snapshot, values) for values in records(frame)]
