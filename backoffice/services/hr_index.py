"""What HR says now of each person, found by index: the rows of the newest accepted file of every source.

Written in the transaction in which a file becomes the accepted one; read by pages, which never load a whole file.
"""

from collections.abc import Collection, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.extensions import db, writing
from backoffice.models import HrRow, Snapshot
from backoffice.models.hr import ACCEPTED
from backoffice.rules import fields
from backoffice.rules.errors import RefusedError
from backoffice.rules.identity_evidence import HrFact
from backoffice.services import announcements, row_choices
from backoffice.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 5000
_SOURCES = sa.bindparam("sources", type_=sa.String, expanding=True)
_ACCEPTED_FILES = (
    sa.select(Snapshot.source, Snapshot.indexed)
    .where(Snapshot.source.in_(_SOURCES), Snapshot.status == ACCEPTED)
    .order_by(Snapshot.accepted_at, Snapshot.id)
)


def refresh(session: Session, snapshot: Snapshot, frame: "pd.DataFrame") -> int:
    """Let these rows be what HR says in the snapshot's source; give how many of them are new.

    In the caller's transaction. Only what differs from the file before is written. Announcements of colleagues who
    now have a row end, and so do the words about which of a person's rows is right where these are other ones.
    """
    # Pages and commands start without pandas.
    from backoffice.reconcile.index_rows import as_contents, contents, index_rows, missing  # noqa: PLC0415

    held = session.execute(sa.select(HrRow.content, HrRow.id).where(HrRow.source == snapshot.source)).all()
    before, hashes = as_contents(content for content, _ in held), contents(frame)
    _delete(session, [held[place].id for place in missing(before, hashes)])
    new = missing(hashes, before)
    whose = {"snapshot_id": snapshot.id, "source": snapshot.source}
    rows = ({**whose, **row} for row in index_rows(frame.iloc[new], hashes[new]))
    while batch := list(islice(rows, _BATCH)):
        # On the connection, past the bookkeeping of the session.
        session.connection().execute(sa.insert(HrRow), batch)
    others = sa.update(Snapshot).where(Snapshot.source == snapshot.source, Snapshot.indexed)
    session.execute(others.values(indexed=False))
    snapshot.indexed = True
    announcements.end_arrived(session)
    row_choices.end_changed(session)
    return len(new)


def _delete(session: Session, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _BATCH):
        session.execute(sa.delete(HrRow).where(HrRow.id.in_(ids[start : start + _BATCH])))


def ensure(settings: Settings) -> list[str]:
    """Read in the accepted files that the index lacks, as after an upgrade; give the sources that were read.

    A file whose stored rows are gone stays missing: HR counts as unavailable until the next one is accepted.
    """
    from backoffice.services.snapshot_store import load_frame, one_at_a_time  # noqa: PLC0415 - loads pandas

    done = []
    for source in lacking(settings):
        with writing() as session:
            one_at_a_time(session, source)
            snapshot = newest_file(source)
            if snapshot is None or snapshot.indexed:
                continue
            try:
                refresh(session, snapshot, load_frame(snapshot, settings))
            except RefusedError:
                continue
            done.append(source)
    return done


def lacking(settings: Settings) -> list[str]:
    """Give the sources whose accepted file is not in the index."""
    return [name for name, is_indexed in _accepted(settings).items() if not is_indexed]


def is_known(settings: Settings) -> bool:
    """Say whether HR can be asked: a file was accepted, and every accepted one is in the index."""
    accepted = _accepted(settings)
    return bool(accepted) and all(accepted.values())


def _accepted(settings: Settings) -> dict[str, bool]:
    """Give the sources that have an accepted file, and whether it is in the index."""
    oldest_first = db.session.connection().execute(_ACCEPTED_FILES, {"sources": _sources(settings)})
    return {row.source: row.indexed for row in oldest_first}


def _sources(settings: Settings) -> list[str]:
    return [source.name for source in settings.hr.sources]


def rows_with_code(code: str, settings: Settings) -> list[HrFact]:
    """Give what the sources say of the person with a national code."""
    return _facts("national_code", [code], settings)


def counting_rows(id_type: str, code: str, settings: Settings) -> list[HrFact]:
    """Give the rows of one person that count: without those that contradict the one said to be right."""
    rows = [row for row in rows_with_code(code, settings) if row.value(fields.ID_TYPE) in ("", id_type)]
    return row_choices.settled(db.session(), id_type, code, rows)


def rows_with_codes(codes: Collection[str], settings: Settings) -> list[HrFact]:
    """Give what the sources say of the persons with these national codes."""
    return _facts("national_code", codes, settings)


def rows_of_name(name_key: str, settings: Settings, most: int) -> list[HrFact]:
    """Give rows whose whole name is this one at N2, at most so many."""
    return _facts("name_key", [name_key], settings, most)


def rows_born_on(birth_date: str, settings: Settings, most: int) -> list[HrFact]:
    """Give rows with this birth date (ISO), at most so many."""
    return _facts("birth_date", [birth_date], settings, most)


def _facts(column: str, wanted: Collection[str], settings: Settings, most: int | None = None) -> list[HrFact]:
    if not wanted:
        return []
    asked = {"wanted": sorted(wanted), "sources": _sources(settings)}
    # On the connection: pages ask for plain values only, and several times in a step.
    found = db.session.connection().execute(_rows_with(column, most), asked)
    return [HrFact(source, values, status, padded=padded) for source, values, status, padded in found]


@cache
def _rows_with(column: str, most: int | None) -> sa.Executable:
    """Write the statement once: writing it takes longer than executing it."""
    columns = sa.select(HrRow.source, HrRow.values, HrRow.status_class, HrRow.padded)
    wanted = getattr(HrRow, column).in_(sa.bindparam("wanted", type_=sa.String, expanding=True))
    return columns.where(wanted, HrRow.source.in_(_SOURCES)).order_by(HrRow.id).limit(most)


def newest_file(source: str) -> Snapshot | None:
    """Give the accepted file that counts in a source, without its rows."""
    accepted = sa.select(Snapshot).where(Snapshot.source == source, Snapshot.status == ACCEPTED)
    return db.session.scalar(accepted.order_by(Snapshot.accepted_at.desc(), Snapshot.id.desc()).limit(1))
