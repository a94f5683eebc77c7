"""Importing HR files: what is accepted, held, unchanged, and what is stored of each."""

import datetime as dt
import json
import os
import stat
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from pandas.testing import assert_frame_equal

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import QuarantinedRow, Snapshot, SnapshotConfirmation
from backoffice.reconcile.read_hr import read
from backoffice.rules.errors import RefusedError
from backoffice.services import snapshot_files, snapshots
from tests.reconcile.exports import HEADER, SOURCE, people
from tests.services.hr_imports import UPLOADER, acts, ago, bring, changed, settings, write

TWO_SOURCES = {"hr": {"source": [{"name": "staff"}, {"name": "faculty"}]}}


def _stored() -> list[Path]:
    return sorted(snapshot_files.folder(settings()).glob("*"))


def _count(model: type[Snapshot | SnapshotConfirmation | QuarantinedRow]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_first_good_file_is_accepted_and_counts(app: Flask) -> None:
    done = bring(people(8))
    assert (done.status, done.gates, done.rows, done.accepted) == ("accepted", [], 8, 8)
    found = snapshots.newest_accepted("hr")
    assert found is not None
    assert (found.id, found.sha256, found.accepted_by, found.columns) == (
        done.snapshot, done.sha256, UPLOADER, list(HEADER),
    )  # fmt: skip
    assert acts() == [("hr:snapshot:accepted", f"snapshot:{done.snapshot}", UPLOADER)]


def test_the_frame_comes_back_as_it_was_read(app: Flask) -> None:
    bring(people(20))
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    expected = read(write(people(20)), SOURCE, settings().hr).frame
    assert_frame_equal(snapshots.load_frame(snapshot, settings()), expected)


def test_stored_rows_are_readable_by_us_alone(app: Flask) -> None:
    bring(people(8))
    assert stat.S_IMODE(snapshot_files.folder(settings()).stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in _stored()] == [0o600]


def test_what_is_printed_is_the_object_of_the_contract(app: Flask) -> None:
    grid = [[*row, "x" if i else "extra"] for i, row in enumerate(changed(400, "status", "", 1))]
    done = bring(grid)
    assert done.to_json() == {
        "snapshot": done.snapshot,
        "source": "hr",
        "sha256": done.sha256,
        "encoding": "utf-8",
        "rows": 400,
        "accepted": 399,
        "quarantined": [{"line": 2, "reason": "INVALID_ROW", "detail": "status is empty"}],
        "status": "accepted",
        "gates": [],
        "warnings": ["unknown columns, not read: extra"],
    }
    json.dumps(done.to_json())


def test_a_file_at_fault_is_stored_with_its_number_and_does_not_count(app: Flask) -> None:
    done = bring("national_code,x\n1,2\n")
    assert (done.status, [gate.gate for gate in done.gates]) == ("held", ["required_columns"])
    snapshot = db.session.get_one(Snapshot, done.snapshot)
    assert (snapshot.status, snapshot.stored_file, snapshots.newest_accepted("hr")) == ("held", "", None)
    assert acts() == [("hr:snapshot:held", f"snapshot:{done.snapshot}", UPLOADER)]


def test_gates_are_stored_so_that_they_can_be_translated(app: Flask) -> None:
    bring(people(60))
    done = bring(people(40))
    (gate,) = db.session.get_one(Snapshot, done.snapshot).gates
    assert gate["gate"] == "rows"
    assert gate["message"] % gate["params"] == gate["detail"] == done.gates[0].detail


def test_rows_set_aside_are_stored_with_their_sentence(app: Flask) -> None:
    bring(changed(400, "birth_date", "1403/13/01", 2))
    rows = db.session.scalars(sa.select(QuarantinedRow).order_by(QuarantinedRow.line)).all()
    assert [row.line for row in rows] == [2, 3]
    assert rows[0].message % rows[0].params == rows[0].detail
    assert rows[0].personnel_number == "1000"


def test_too_many_rows_set_aside_hold_the_first_file_too(app: Flask) -> None:
    done = bring(changed(60, "status", "", 4))
    assert (done.status, [gate.gate for gate in done.gates]) == ("held", ["quarantine"])


def test_a_file_without_one_good_row_is_held(app: Flask) -> None:
    bring(people(30))
    done = bring(changed(30, "national_code", "12", 30))
    assert (done.status, done.accepted) == ("held", 0)
    assert "quarantine" in [gate.gate for gate in done.gates]


def test_a_held_file_keeps_its_rows(app: Flask) -> None:
    bring(people(60))
    done = bring(people(40))
    assert len(snapshots.load_frame(db.session.get_one(Snapshot, done.snapshot), settings())) == 40


def test_a_held_file_is_no_measure_for_the_next(app: Flask) -> None:
    bring(people(60))
    assert bring(people(30)).status == "held"
    assert bring(people(59)).status == "accepted"


def test_the_same_bytes_again_confirm_and_store_nothing(app: Flask) -> None:
    first = bring(people(60))
    again = bring(people(60))
    assert (again.status, again.snapshot, again.rows, again.gates) == ("unchanged", first.snapshot, 60, [])
    assert (_count(Snapshot), _count(SnapshotConfirmation), len(_stored())) == (1, 2, 1)
    assert [act[0] for act in acts()] == ["hr:snapshot:accepted", "hr:snapshot:confirmed"]


def test_the_same_bytes_say_the_same_of_rows_set_aside(app: Flask) -> None:
    first = bring(changed(400, "status", "", 2))
    again = bring(changed(400, "status", "", 2))
    assert again.to_json() == {**first.to_json(), "status": "unchanged"}


def test_the_bytes_of_an_older_snapshot_are_a_new_file(app: Flask) -> None:
    bring(people(60))
    bring(people(61))
    assert bring(people(60)).status == "accepted"
    assert _count(Snapshot) == 3


def test_the_same_bytes_with_another_mapping_are_read_again(app: Flask) -> None:
    grid = [[*row, f"مرکز {i}" if i else "extra"] for i, row in enumerate(people(9))]
    bring(grid)
    assert bring(grid, mapping={"extra": "title"}).status == "accepted"
    assert bring(grid, mapping={"extra": "title"}).status == "unchanged"


def test_the_same_bytes_repair_rows_that_were_lost(app: Flask) -> None:
    bring(people(60))
    _stored()[0].unlink()
    assert bring(people(60)).status == "accepted"
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    assert len(snapshots.load_frame(snapshot, settings())) == 60


def test_lost_rows_hold_the_next_file_and_are_told(app: Flask) -> None:
    bring(people(60))
    _stored()[0].write_bytes(b"PAR1")
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    with pytest.raises(RefusedError, match="gone or damaged"):
        snapshots.load_frame(snapshot, settings())
    assert [gate.gate for gate in bring(people(61)).gates] == ["lost"]


def test_a_dry_run_tells_the_status_and_stores_nothing(app: Flask) -> None:
    first = bring(people(60), dry_run=True)
    assert (first.status, first.snapshot) == ("accepted", None)
    assert (_count(Snapshot), _stored(), acts()) == (0, [], [])
    bring(people(60))
    assert (bring(people(30), dry_run=True).status, bring(people(60), dry_run=True).status) == ("held", "unchanged")
    assert (_count(Snapshot), _count(SnapshotConfirmation), len(acts())) == (1, 1, 1)


def test_an_older_file_is_held(app: Flask) -> None:
    bring(people(60))
    done = bring(people(61), as_of=ago(days=2))
    assert [gate.gate for gate in done.gates] == ["as_of"]


def test_the_time_of_the_file_counts_where_no_date_is_given(app: Flask) -> None:
    path = write(people(60))
    yesterday = ago(days=1).replace(microsecond=0)
    _touch(path, yesterday)
    snapshots.import_file(path, source=None, actor=UPLOADER, settings=settings())
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    assert snapshot.as_of == yesterday


def _touch(path: Path, moment: dt.datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def test_a_file_written_by_a_clock_that_is_ahead_is_of_now(app: Flask) -> None:
    path = write(people(60))
    _touch(path, clock.now() + dt.timedelta(days=40))
    snapshots.import_file(path, source=None, actor=UPLOADER, settings=settings())
    assert bring(people(61)).status == "accepted"


def test_a_day_is_not_older_than_a_file_of_the_same_day(app: Flask) -> None:
    bring(people(60), as_of=dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC))
    assert bring(people(61), as_of=dt.date(2026, 1, 5)).status == "accepted"
    assert bring(people(62), as_of=dt.date(2026, 1, 4)).status == "held"
    assert bring(people(63), as_of=dt.date(2026, 1, 6)).status == "accepted"


def test_a_day_to_come_is_refused(app: Flask) -> None:
    with pytest.raises(RefusedError, match="has not come yet"):
        bring(people(8), as_of=clock.now().date() + dt.timedelta(days=3))


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_sources_are_compared_with_themselves_only(app: Flask) -> None:
    assert bring(people(60), source="staff").status == "accepted"
    assert bring(people(10), source="faculty").status == "accepted"
    assert bring(people(60), source="staff").status == "unchanged"


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_a_source_must_be_named_where_there_are_several(app: Flask) -> None:
    with pytest.raises(RefusedError, match="staff, faculty"):
        bring(people(8))
    with pytest.raises(RefusedError, match="no source «hr»"):
        bring(people(8), source="hr")


def test_a_file_that_is_not_there_is_told(app: Flask) -> None:
    with pytest.raises(RefusedError, match="There is no file «none"):
        snapshots.import_file(settings().instance / "none.csv", source=None, actor=UPLOADER, settings=settings())


def test_a_name_that_is_no_text_can_be_stored(app: Flask) -> None:
    bring(people(8), file_name="فایل\udcff\n\x1b[31m" + "x" * 400)
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    assert snapshot.file_name.startswith("فایل")
    assert snapshot.file_name.isprintable()
    assert len(snapshot.file_name) == 255


def test_an_endless_number_in_a_row_set_aside_can_be_stored(app: Flask) -> None:
    grid = changed(400, "personnel_number", "9" * 3000, 1)
    grid[1][HEADER.index("status")] = ""
    assert bring(grid).status == "accepted"


def test_a_full_disk_is_told_and_leaves_nothing(app: Flask) -> None:
    snapshot_files.folder(settings()).write_text("in the way")
    with pytest.raises(RefusedError, match="cannot be stored"):
        bring(people(8))
    assert _count(Snapshot) == 0


def test_files_at_the_same_time_are_each_put_beside_the_one_before(app: Flask) -> None:
    """Two good files that do not fit each other: one is accepted, the other is held, whoever is first."""
    paths = [write(people(60), "a.csv"), write(people(20), "b.csv"), write(people(60), "c.csv")]
    done: list[str] = []
    barrier = threading.Barrier(len(paths))

    def work(path: Path, application: Flask) -> None:
        with application.app_context():
            barrier.wait()
            found = snapshots.import_file(path, source=None, actor=UPLOADER, settings=settings())
            done.append(found.status)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(path, current_app._get_current_object())) for path in paths]  # type: ignore[attr-defined]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) in (["accepted", "held", "unchanged"], ["accepted", "held", "held"])
