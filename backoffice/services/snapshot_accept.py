"""Accepting a held HR file: by name and reason, after a look at who would vanish; by two people if many rows are gone.

Source: reconciliation.md "Gates on the file".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Snapshot
from backoffice.models.hr import ACCEPTED, HELD
from backoffice.rules import fields
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, hr_index, snapshot_files
from backoffice.services.snapshot_gates import COMPARISONS
from backoffice.services.snapshot_store import load_frame, mark_accepted, newest_accepted, one_at_a_time
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.reconcile.inputs import Record

_NUMBERS = 2**63
WAITING = "waiting_for_second"
# From this share of rows gone on, one person is not enough.
TWO_PEOPLE_SHARE = 0.2

UNKNOWN = N_("There is no HR file number %(snapshot)s.")
REASON_NEEDED = N_("Please give a reason.")
NOT_HELD = N_("File %(snapshot)s is not held; there is nothing to accept.")
NOT_WAIVED = N_("File %(snapshot)s cannot be accepted, it must be repaired: %(why)s")
OVERTAKEN = N_("Another file of «%(source)s» has been accepted since; import this one again to compare it with that.")
SAME_PERSON = N_("More than a fifth of the rows are gone, so a second person must accept; you were the first.")
UPLOADER = N_("More than a fifth of the rows are gone; the second person cannot be the one who brought the file.")


@dataclass(frozen=True)
class Acceptance:
    """What became of an acceptance: accepted, or waiting for a second person after ``first``."""

    snapshot: int
    status: str
    first: str
    second: str | None = None


@dataclass(frozen=True)
class Vanishing:
    """A person of the accepted file who has no row in the held one. ``line``: in the accepted file."""

    national_code: str
    personnel_number: str
    name: str
    unit: str
    line: int


def accept(snapshot_id: int, *, actor: str, reason: str, settings: Settings) -> Acceptance:
    """Accept a file that only a comparison holds; it counts from now on.

    When more than a fifth of the rows are gone the first acceptance waits for that of a second person, who is not
    the uploader. Raises RefusedError for every other file, without a reason, and once another file was accepted.
    """
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    source = find(snapshot_id).source
    with writing() as session:
        one_at_a_time(session, source)
        snapshot, last = find(snapshot_id), newest_accepted(source)
        _refuse(snapshot, last)
        frame = load_frame(snapshot, settings)
        if needs_second(snapshot, last) and not _is_second(snapshot, actor):
            return _first(snapshot, actor, reason)
        hr_index.refresh(session, snapshot, frame)
        return _accept(session, snapshot, last, actor, reason)


def find(snapshot_id: int) -> Snapshot:
    """Give a snapshot by its number. Raises RefusedError where there is none."""
    found = db.session.get(Snapshot, snapshot_id) if 0 < snapshot_id < _NUMBERS else None
    if found is None:
        raise RefusedError(UNKNOWN, {"snapshot": snapshot_id})
    return found


def _refuse(snapshot: Snapshot, last: Snapshot | None) -> None:
    if snapshot.status != HELD:
        raise RefusedError(NOT_HELD, {"snapshot": snapshot.id})
    if never := [gate["detail"] for gate in snapshot.gates if gate["gate"] not in COMPARISONS]:
        raise RefusedError(NOT_WAIVED, {"snapshot": snapshot.id, "why": "; ".join(never)})
    if is_overtaken(snapshot, last):
        raise RefusedError(OVERTAKEN, {"source": snapshot.source})


def is_overtaken(snapshot: Snapshot, last: Snapshot | None) -> bool:
    """Say whether another file of the source was accepted after this one came."""
    if last is None or last.accepted_at is None:
        return False
    return last.id > snapshot.id or last.accepted_at > snapshot.created_at


def needs_second(snapshot: Snapshot, last: Snapshot | None) -> bool:
    """Say whether the rows fell by more than a fifth."""
    return last is not None and last.rows - snapshot.rows > TWO_PEOPLE_SHARE * last.rows


def _is_second(snapshot: Snapshot, actor: str) -> bool:
    """Say whether somebody else has accepted before. Raises RefusedError for who cannot be the second person."""
    if snapshot.accepted_by is None:
        return False
    if snapshot.accepted_by == actor:
        raise RefusedError(SAME_PERSON)
    if snapshot.created_by == actor:
        raise RefusedError(UPLOADER)
    return True


def _first(snapshot: Snapshot, actor: str, reason: str) -> Acceptance:
    snapshot.accepted_by, snapshot.accept_reason = actor, reason
    audit.record("hr:snapshot:accepted_first", f"snapshot:{snapshot.id}", actor=actor, reason=reason)
    return Acceptance(snapshot.id, WAITING, actor)


def _accept(session: Session, snapshot: Snapshot, last: Snapshot | None, actor: str, reason: str) -> Acceptance:
    if snapshot.accepted_by is None:
        snapshot.accepted_by, snapshot.accept_reason = actor, reason
    else:
        snapshot.accepted_second = actor
    mark_accepted(session, snapshot, last)
    after = {"source": snapshot.source, "sha256": snapshot.sha256, "rows": snapshot.rows}
    audit.record("hr:snapshot:accepted", f"snapshot:{snapshot.id}", actor=actor, reason=reason, after=after)
    return Acceptance(snapshot.id, ACCEPTED, str(snapshot.accepted_by), snapshot.accepted_second)


def would_vanish(snapshot_id: int, settings: Settings) -> list[Vanishing]:
    """Give who has a row in the last accepted file but none in this one, set aside or not, in the accepted order.

    Nobody for a file without stored rows. Raises RefusedError for a number that does not exist and for lost rows.
    """
    from backoffice.reconcile.vanishing import vanishing  # noqa: PLC0415 - brings pandas

    snapshot = find(snapshot_id)
    last = newest_accepted(snapshot.source)
    before = snapshot_files.load(last.stored_file, settings) if last else None
    if before is None or not snapshot.stored_file:
        return []
    aside = [(row.national_code, row.personnel_number) for row in snapshot.quarantined]
    return [_vanishing(row) for row in vanishing(before, load_frame(snapshot, settings), aside)]


def _vanishing(row: "Record") -> Vanishing:
    parts = (row.get(name, "") for name in (fields.FIRST_NAME, fields.LAST_NAME))
    name = " ".join(part for part in parts if part) or row.get(fields.FULL_NAME, "")
    number = row[fields.PERSONNEL_NUMBER]
    return Vanishing(row[fields.NATIONAL_CODE], number, name, row.get(fields.UNIT, ""), row["line"])
