"""Importing HR files: read, gate, store; accepted at once, or held for a person.

Source: reconciliation.md "Gates on the file"; contract.md ``hr import``.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import QuarantinedRow, Snapshot
from backoffice.models.hr import ACCEPTED, HELD
from backoffice.reconcile import read_hr
from backoffice.reconcile.hr_file import Gate, HrFile
from backoffice.reconcile.read_hr import COMMAND_LIMIT
from backoffice.reconcile.vanishing import vanishing
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, hr_index, snapshot_files
from backoffice.services.snapshot_gates import judge, moment_of, refuse_future
from backoffice.services.snapshot_result import (
    UNCHANGED,
    Imported,
    of_file,
    of_snapshot,
    stored_gate,
    stored_notice,
    stored_row,
)
from backoffice.services.snapshot_store import confirm, mark_accepted, newest_accepted, one_at_a_time, source_of
from backoffice.settings import HrSource, Settings

NO_FILE = N_("There is no file «%(name)s».")
UNREADABLE = N_("The file «%(name)s» cannot be read: %(why)s.")
_NAME_LENGTH = 255


@dataclass(frozen=True)
class _Upload:
    """An import under way; what it is asked to do never changes. ``as_of`` None: the file's own time counts."""

    path: Path
    name: str
    source: HrSource
    settings: Settings
    actor: str
    as_of: dt.date | None
    mapping: Mapping[str, str] | None
    limit_bytes: int
    dry_run: bool


def import_file(  # noqa: PLR0913 - what a file comes with, each by its name
    path: Path,
    *,
    source: str | None,
    actor: str,
    settings: Settings,
    as_of: dt.date | None = None,
    dry_run: bool = False,
    mapping: Mapping[str, str] | None = None,
    limit_bytes: int = COMMAND_LIMIT,
    file_name: str | None = None,
) -> Imported:
    """Read an HR file, put it beside the last accepted one of its source, and store it as accepted or held.

    ``source``: a name, or None where there is only one. ``as_of``: a day or an aware moment (default: the file's
    time). ``mapping``: header → our field. The bytes of the last accepted file again confirm that one: unchanged.
    A dry run gives the status there would be and stores nothing.
    Raises RefusedError for a file that cannot be opened, an unknown source, a date that has not come.
    """
    name = _shown(file_name or path.name or str(path))
    upload = _Upload(
        path, name, source_of(settings, source), settings, actor, as_of, mapping, limit_bytes, dry_run
    )  # fmt: skip
    refuse_future(as_of, settings)
    with _opened(upload):
        known = _known_bytes(upload)
        if known is not None:
            return known
        written_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        found = read_hr.read(path, upload.source, settings.hr, limit_bytes=limit_bytes, mapping=mapping)
    return _gate_and_store(upload, found, written_at)


def _shown(name: str) -> str:
    """Give a file name that can be stored and shown: no bytes that are no text, no control characters."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() or c == "\u200c" else "\ufffd" for c in text)[:_NAME_LENGTH]


@contextmanager
def _opened(upload: _Upload) -> Iterator[None]:
    if not upload.path.is_file():
        raise RefusedError(NO_FILE, {"name": upload.name})
    try:
        yield
    except OSError as error:
        raise RefusedError(UNREADABLE, {"name": upload.name, "why": error.strerror or "?"}) from None


def _known_bytes(upload: _Upload) -> Imported | None:
    """Confirm the last accepted file where its bytes come again, without reading them as a table.

    With a mapping of its own the same file may mean something else, so that one is read.
    """
    last = newest_accepted(upload.source.name)
    if last is None or upload.mapping or not snapshot_files.is_kept(last.stored_file, upload.settings):
        return None
    if upload.path.stat().st_size > upload.limit_bytes:
        return None
    with upload.path.open("rb") as stream:
        same = hashlib.file_digest(stream, "sha256").hexdigest() == last.sha256
    return _confirm(upload, last) if same else None


def _gate_and_store(upload: _Upload, found: HrFile, written_at: dt.datetime) -> Imported:
    kept = "" if upload.dry_run or found.faults else snapshot_files.keep(found.frame, upload.settings)
    done = None
    while done is None:
        done = _attempt(upload, found, kept, written_at)
    if done.status == UNCHANGED:
        snapshot_files.discard(kept, upload.settings)
    return done


def _attempt(upload: _Upload, found: HrFile, kept: str, written_at: dt.datetime) -> Imported | None:
    """Judge and store; None where another file of the source was accepted while this one was judged."""
    last = newest_accepted(upload.source.name)
    if last is not None and _is_same(found, last, upload.settings):
        return _confirm(upload, last)
    as_of = moment_of(upload.as_of, written_at, last, upload.settings)
    gates = judge(found, last, as_of, upload.settings)
    if upload.dry_run:
        done = of_file(found, upload.source.name, HELD if gates else ACCEPTED, gates, None)
        return replace(done, vanishing=_vanishing(found, last, upload.settings))
    return _store(upload, found, gates, _row(upload, found, gates, kept, as_of), last.id if last else None)


def _is_same(found: HrFile, last: Snapshot, settings: Settings) -> bool:
    """Say whether bytes and their meaning are those of the last accepted file, and its rows are still there."""
    same = found.sha256 == last.sha256 and list(found.columns) == last.columns
    return same and snapshot_files.is_kept(last.stored_file, settings)


def _vanishing(found: HrFile, last: Snapshot | None, settings: Settings) -> int:
    before = snapshot_files.load(last.stored_file, settings) if last else None
    if before is None or found.faults:
        return 0
    return len(vanishing(before, found.frame, [(row.national_code, row.personnel_number) for row in found.quarantined]))


def _confirm(upload: _Upload, last: Snapshot) -> Imported | None:
    if upload.dry_run:
        return of_snapshot(last, dry_run=True)
    last_id = last.id
    with writing() as session:
        one_at_a_time(session, upload.source.name)
        counting = newest_accepted(upload.source.name)
        if counting is None or counting.id != last_id:
            return None
        confirm(session, counting)
        audit.record("hr:snapshot:confirmed", f"snapshot:{last_id}", actor=upload.actor)
        return of_snapshot(counting, dry_run=False)


def _row(upload: _Upload, found: HrFile, gates: list[Gate], kept: str, as_of: dt.datetime) -> Snapshot:
    return Snapshot(
        source=upload.source.name, status=HELD, sha256=found.sha256, file_name=upload.name, encoding=found.encoding,
        rows=found.rows, accepted=len(found.frame), columns=list(found.columns), as_of=as_of, stored_file=kept,
        gates=[stored_gate(gate) for gate in gates], warnings=[stored_notice(w) for w in found.warnings],
        created_at=clock.now(), created_by=upload.actor,
    )  # fmt: skip


def _store(
    upload: _Upload, found: HrFile, gates: list[Gate], snapshot: Snapshot, last_id: int | None
) -> Imported | None:
    with writing() as session:
        one_at_a_time(session, upload.source.name)
        last = newest_accepted(upload.source.name)
        if (last.id if last else None) != last_id:
            return None
        session.add(snapshot)
        session.flush()
        if found.quarantined:
            session.execute(sa.insert(QuarantinedRow), [stored_row(row, snapshot.id) for row in found.quarantined])
        if not gates:
            snapshot.accepted_by = upload.actor
            mark_accepted(session, snapshot, last)
            hr_index.refresh(session, snapshot, found.frame)
        after = {"source": snapshot.source, "sha256": snapshot.sha256, "rows": snapshot.rows}
        failed = sorted({gate.gate for gate in gates})
        verb = "held" if gates else "accepted"
        audit.record(
            f"hr:snapshot:{verb}", f"snapshot:{snapshot.id}", actor=upload.actor, after={**after, "gates": failed}
        )
        return of_file(found, snapshot.source, snapshot.status, gates, snapshot.id)
