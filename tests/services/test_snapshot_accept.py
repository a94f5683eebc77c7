"""Accepting a held HR file: who may, which file, and who would vanish."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Snapshot, SnapshotConfirmation
from backoffice.rules.errors import RefusedError
from backoffice.services import snapshots
from backoffice.services.snapshots import Acceptance
from tests.reconcile.exports import HEADER, code, people
from tests.services.hr_imports import HOSSEIN, MARYAM, UPLOADER, acts, ago, bring, changed, settings

REASON = "بخش قراردادی‌ها جدا شد"


def _accept(snapshot: int | None, actor: str = MARYAM, reason: str = REASON) -> Acceptance:
    assert snapshot is not None
    return snapshots.accept(snapshot, actor=actor, reason=reason, settings=settings())


def _counting() -> int:
    found = snapshots.newest_accepted("hr")
    assert found is not None
    return found.id


def _held(rows: int = 54) -> int:
    """A file held because of its rows, beside an accepted one of 60."""
    bring(people(60))
    done = bring(people(rows))
    assert (done.status, done.snapshot is not None) == ("held", True)
    return done.snapshot or 0


def test_a_held_file_counts_once_a_person_accepts_it(app: Flask) -> None:
    held = _held()
    assert _accept(held) == Acceptance(held, "accepted", MARYAM)
    snapshot = db.session.get_one(Snapshot, held)
    assert (_counting(), snapshot.accepted_by, snapshot.accept_reason) == (held, MARYAM, REASON)
    assert acts()[-1] == ("hr:snapshot:accepted", f"snapshot:{held}", MARYAM)


def test_accepting_confirms_the_source(app: Flask) -> None:
    held = _held()
    _accept(held)
    confirmed = sa.select(SnapshotConfirmation.snapshot_id).order_by(SnapshotConfirmation.id)
    assert list(db.session.scalars(confirmed))[-1] == held


def test_the_next_file_is_compared_with_the_one_a_person_accepted(app: Flask) -> None:
    _accept(_held())
    assert bring(people(55)).status == "accepted"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_needed(app: Flask, reason: str) -> None:
    held = _held()
    with pytest.raises(RefusedError, match="reason"):
        _accept(held, reason=reason)


def test_a_number_nobody_knows_is_told(app: Flask) -> None:
    with pytest.raises(RefusedError, match="no HR file number 7"):
        _accept(7)


def test_an_accepted_file_cannot_be_accepted_again(app: Flask) -> None:
    held = _held()
    _accept(held)
    with pytest.raises(RefusedError, match="not held"):
        _accept(held)


def test_a_fault_of_the_form_is_never_waived(app: Flask) -> None:
    done = bring("national_code\n1\n")
    with pytest.raises(RefusedError, match="must be repaired: the required columns are missing"):
        _accept(done.snapshot)


def test_too_many_rows_set_aside_are_never_waived(app: Flask) -> None:
    bring(people(60))
    done = bring(changed(54, "status", "", 5))
    assert {gate.gate for gate in done.gates} == {"rows", "quarantine"}
    with pytest.raises(RefusedError, match="set aside"):
        _accept(done.snapshot)


def test_an_older_file_can_be_accepted_on_purpose(app: Flask) -> None:
    bring(people(60))
    done = bring(people(61), as_of=ago(days=3))
    _accept(done.snapshot)
    assert _counting() == done.snapshot


def test_a_file_that_another_overtook_cannot_be_accepted(app: Flask) -> None:
    held = _held()
    bring(people(61))
    with pytest.raises(RefusedError, match="accepted since"):
        _accept(held)


def test_of_two_held_files_only_one_can_be_accepted(app: Flask) -> None:
    bring(people(60))
    first, second = bring(people(54)).snapshot, bring(people(53)).snapshot
    _accept(first)
    with pytest.raises(RefusedError, match="accepted since"):
        _accept(second)


def test_the_same_bytes_are_held_again_once_another_file_counts(app: Flask) -> None:
    _accept(_held())
    assert bring(people(54)).status == "unchanged"
    assert bring(people(75)).status == "accepted"
    assert bring(people(54)).status == "held"


def test_a_fifth_of_the_rows_gone_needs_one_person(app: Flask) -> None:
    assert _accept(_held(48)).status == "accepted"


def test_more_than_a_fifth_gone_needs_two_people(app: Flask) -> None:
    held = _held(47)
    assert _accept(held) == Acceptance(held, "waiting_for_second", MARYAM)
    assert _counting() != held
    assert _accept(held, HOSSEIN, "دیده شد") == Acceptance(held, "accepted", MARYAM, HOSSEIN)
    snapshot = db.session.get_one(Snapshot, held)
    assert (_counting(), snapshot.accepted_by, snapshot.accepted_second) == (held, MARYAM, HOSSEIN)
    assert [act[0] for act in acts()][-2:] == ["hr:snapshot:accepted_first", "hr:snapshot:accepted"]


def test_the_second_person_is_another_one(app: Flask) -> None:
    held = _held(40)
    _accept(held)
    with pytest.raises(RefusedError, match="you were the first"):
        _accept(held)


def test_the_second_person_is_not_the_uploader(app: Flask) -> None:
    held = _held(40)
    _accept(held)
    with pytest.raises(RefusedError, match="brought the file"):
        _accept(held, UPLOADER)
    assert _accept(held, HOSSEIN).status == "accepted"


def test_a_refused_acceptance_leaves_no_trace(app: Flask) -> None:
    held = _held(40)
    before = acts()
    with pytest.raises(RefusedError):
        _accept(held, reason="")
    assert (acts(), db.session.get_one(Snapshot, held).accepted_by) == (before, None)


def test_who_would_vanish_is_listed_by_name(app: Flask) -> None:
    held = _held(54)
    gone = snapshots.would_vanish(held, settings())
    assert [(person.national_code, person.line) for person in gone] == [(code(n), n + 2) for n in range(54, 60)]
    assert (gone[0].name, gone[0].personnel_number, gone[0].unit) == ("حسین صادقی", "1054", "دانشکده 0")


def test_a_person_whose_code_was_repaired_does_not_vanish(app: Flask) -> None:
    bring(people(60))
    grid = people(54)
    grid[1][HEADER.index("national_code")] = code(900)
    held = bring(grid).snapshot
    assert len(snapshots.would_vanish(held or 0, settings())) == 6


def test_a_person_whose_row_was_set_aside_does_not_vanish(app: Flask) -> None:
    bring(people(60))
    held = bring(changed(54, "status", "", 2)).snapshot
    assert len(snapshots.would_vanish(held or 0, settings())) == 6


def test_a_person_with_two_rows_vanishes_once_or_not_at_all(app: Flask) -> None:
    both = [*people(60), *([row[0], f"9{row[1]}", *row[2:]] for row in people(60)[1:])]
    bring(both)
    held = bring(people(58)).snapshot
    assert [p.national_code for p in snapshots.would_vanish(held or 0, settings())] == [code(58), code(59)]


def test_nobody_vanishes_for_a_file_that_could_not_be_read(app: Flask) -> None:
    bring(people(60))
    held = bring(b"%PDF-1.7").snapshot
    assert snapshots.would_vanish(held or 0, settings()) == []
