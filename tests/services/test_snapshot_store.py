"""How long HR snapshots are kept, and what is left of them."""

import os
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from backoffice.extensions import db
from backoffice.models import QuarantinedRow, Snapshot, SnapshotConfirmation
from backoffice.rules.errors import RefusedError
from backoffice.services import snapshot_files, snapshots
from tests.reconcile.exports import people
from tests.services.hr_imports import HOSSEIN, MARYAM, acts, ago, bring, changed, settings


def _later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    moment = ago(days=-days)
    monkeypatch.setattr("backoffice.clock.now", lambda: moment)


def _files() -> list[Path]:
    return sorted(snapshot_files.folder(settings()).iterdir())


def test_rows_are_deleted_after_ninety_days_but_for_the_file_that_counts(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, held, counts = bring(people(60)).snapshot, bring(people(40)).snapshot, bring(people(61)).snapshot
    _later(monkeypatch, 89)
    assert snapshots.purge_expired(settings()) == 0
    _later(monkeypatch, 91)
    assert snapshots.purge_expired(settings()) == 2
    purged = sa.select(Snapshot.id).where(Snapshot.purged_at.is_not(None)).order_by(Snapshot.id)
    assert list(db.session.scalars(purged)) == [first, held]
    assert [path.name for path in _files()] == [db.session.get_one(Snapshot, counts).stored_file]
    assert acts()[-1] == ("hr:snapshot:purged", "snapshots", "housekeeping")


def test_rows_set_aside_go_with_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(changed(400, "status", "", 3))
    bring(people(400))
    _later(monkeypatch, 91)
    snapshots.purge_expired(settings())
    assert db.session.scalar(sa.select(sa.func.count(QuarantinedRow.id))) == 0


def test_purging_twice_leaves_one_trace(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(people(60))
    bring(people(61))
    _later(monkeypatch, 91)
    assert [snapshots.purge_expired(settings()) for _ in range(2)] == [1, 0]
    assert [act[0] for act in acts()].count("hr:snapshot:purged") == 1


def test_a_held_file_whose_rows_are_gone_cannot_be_accepted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(people(60))
    held = bring(people(54)).snapshot or 0
    _later(monkeypatch, 91)
    snapshots.purge_expired(settings())
    with pytest.raises(RefusedError, match="gone or damaged"):
        snapshots.accept(held, actor=MARYAM, reason="x", settings=settings())


def test_files_that_no_snapshot_names_are_removed_after_a_day(app: Flask) -> None:
    bring(people(8))
    old, fresh = (snapshot_files.folder(settings()) / name for name in ("old.parquet", "fresh.new"))
    old.touch()
    fresh.touch()
    yesterday = ago(hours=25).timestamp()
    os.utime(old, (yesterday, yesterday))
    snapshots.purge_expired(settings())
    assert (old.exists(), fresh.exists(), len(_files())) == (False, True, 2)


def test_a_clock_that_jumped_back_does_not_bring_an_older_file_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _later(monkeypatch, 1)
    bring(people(60))
    monkeypatch.undo()
    second = bring(people(61))
    counting = snapshots.newest_accepted("hr")
    assert counting is not None
    assert (counting.id, second.status) == (second.snapshot, "accepted")


def test_two_people_at_the_same_moment_accept_a_file_once(app: Flask) -> None:
    bring(people(60))
    held = bring(people(54)).snapshot or 0
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def work(actor: str, application: Flask) -> None:
        with application.app_context():
            barrier.wait()
            try:
                done = snapshots.accept(held, actor=actor, reason="x", settings=settings())
                outcomes.append(done.status)
            except RefusedError as refusal:
                outcomes.append(str(refusal))
            db.session.remove()

    application = current_app._get_current_object()  # type: ignore[attr-defined]
    threads = [threading.Thread(target=work, args=(actor, application)) for actor in (MARYAM, HOSSEIN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [f"File {held} is not held; there is nothing to accept.", "accepted"]
    confirmed = sa.select(sa.func.count(SnapshotConfirmation.id)).where(SnapshotConfirmation.snapshot_id == held)
    assert db.session.scalar(confirmed) == 1
