"""Finding, loading and forgetting HR snapshots.

Source: reconciliation.md "Sources and scope"; reliability.md §4 (kept 90 days).
"""

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Snapshot, SnapshotConfirmation
from backoffice.models.hr import ACCEPTED
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, snapshot_files
from backoffice.settings import HrSource, Settings

if TYPE_CHECKING:
    import pandas as pd

KEPT = dt.timedelta(days=90)
STRAY = dt.timedelta(days=1)
HOUSEKEEPING = "housekeeping"
WHICH_SOURCE = N_("There are several sources; say which one this file is from: %(sources)s.")
UNKNOWN_SOURCE = N_("There is no source «%(source)s»; the sources are: %(sources)s.")
GONE = N_("The stored rows of file %(snapshot)s are gone or damaged; import the HR file again.")


def source_of(settings: Settings, name: str | None) -> HrSource:
    """Give the named source, or the only one. Raises RefusedError with the names there are."""
    try:
        return settings.source(name)
    except KeyError:
        names = {"source": name, "sources": ", ".join(source.name for source in settings.hr.sources)}
        raise RefusedError(UNKNOWN_SOURCE if name else WHICH_SOURCE, names) from None


def newest_accepted(source: str) -> Snapshot | None:
    """Give the snapshot of a source that counts: the one accepted last."""
    accepted = sa.select(Snapshot).where(Snapshot.source == source, Snapshot.status == ACCEPTED)
    return db.session.scalar(accepted.order_by(Snapshot.accepted_at.desc(), Snapshot.id.desc()).limit(1))


def load_frame(snapshot: Snapshot, settings: Settings) -> "pd.DataFrame":
    """Give the good rows of a snapshot as ``read_hr`` gave them. Raises RefusedError where they are gone."""
    frame = snapshot_files.load(snapshot.stored_file, settings)
    if frame is None:
        raise RefusedError(GONE, {"snapshot": snapshot.id})
    return frame


def one_at_a_time(session: Session, source: str) -> None:
    """Let other deciders on the snapshots of a source wait until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        digest = hashlib.sha256(f"snapshot:{source}".encode()).digest()
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(digest[:8], "big", signed=True))))


def mark_accepted(session: Session, snapshot: Snapshot, last: Snapshot | None) -> None:
    """Make a snapshot the one that counts, whatever a clock that jumped back says."""
    now = clock.now()
    if last is not None and last.accepted_at is not None:
        now = max(now, last.accepted_at + dt.timedelta(microseconds=1))
    snapshot.status, snapshot.accepted_at = ACCEPTED, now
    confirm(session, snapshot)


def confirm(session: Session, snapshot: Snapshot) -> None:
    """Note that at this moment the snapshot is the truth of its source."""
    session.flush()
    session.add(SnapshotConfirmation(snapshot_id=snapshot.id, source=snapshot.source, at=clock.now()))


def purge_expired(settings: Settings) -> int:
    """Remove the rows of snapshots older than 90 days, but for the one that counts in each source; give their number.

    What was decided stays on record. Files that no snapshot names go too. For the housekeeping job.
    """
    with writing() as session:
        expired = _expired(session)
        names = [snapshot.stored_file for snapshot in expired]
        for snapshot in expired:
            snapshot.stored_file, snapshot.purged_at = "", clock.now()
            snapshot.quarantined.clear()
        if expired:
            after = {"snapshots": [snapshot.id for snapshot in expired]}
            audit.record("hr:snapshot:purged", "snapshots", actor=HOUSEKEEPING, after=after)
    for name in names:
        snapshot_files.discard(name, settings)
    known = set(db.session.scalars(sa.select(Snapshot.stored_file)))
    snapshot_files.discard_strays(known, settings, STRAY)
    return len(names)


def count_expired() -> int:
    """Give how many snapshots ``purge_expired`` would remove the rows of."""
    return len(_expired(db.session()))


def _expired(session: Session) -> list[Snapshot]:
    sources = session.scalars(sa.select(Snapshot.source).distinct()).all()
    counting = [found.id for source in sources if (found := newest_accepted(source))]
    old = sa.select(Snapshot).where(Snapshot.purged_at.is_(None), Snapshot.created_at < clock.now() - KEPT)
    return list(session.scalars(old.where(Snapshot.id.not_in(counting)).order_by(Snapshot.id)))
