"""What housekeeping deletes, what stays, and that a dry run deletes nothing."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import Base, db, settings_of, writing
from backoffice.models import (
    Announcement,
    DirectoryAcceptance,
    Finding,
    JobRun,
    Link,
    LoginThrottle,
    Message,
    OneTimeCode,
    Operation,
    Person,
    PlannedAction,
    RateCount,
    Registration,
    Run,
    Snapshot,
    Staff,
    WebSession,
)
from backoffice.services import jobs, throttle
from tests.services.test_audit import _three

NOW = clock.now()
OLD = NOW - dt.timedelta(days=91)
NONE: dict[str, int] = dict.fromkeys(
    (
        "web_sessions",
        "login_delays",
        "codes",
        "counts",
        "snapshots",
        "runs",
        "messages",
        "announcements",
        "job_runs",
        "registrations",
        "given_up",
        "mailbox_passwords",
        "new_passwords",
        "proofs",
    ),
    0,
)


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_rows() -> Iterator[None]:
    with clock.begun_at(NOW):
        yield


def add(*rows: Base) -> None:
    with writing() as session:
        session.add_all(rows)


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def housekeeping(app: Flask, *, dry_run: bool = False) -> dict[str, int]:
    run = jobs.run_now("housekeeping", actor="test", settings=settings_of(app), dry_run=dry_run)
    assert run.status == "done", run.detail_values
    return {name: run.counts[name] for name in NONE}


def a_run(number: int, started_at: dt.datetime, status: str = "planned") -> Run:
    return Run(id=number, directory="main", status=status, started_by="x", started_at=started_at)


def a_finding(run_id: int) -> Finding:
    return Finding(
        run_id=run_id, row=1, directory="main", situation="DRIFT", dns=[], notes=[], differences=[], spelling=[],
        actions=[],
    )  # fmt: skip


def an_action(number: int, run_id: int) -> PlannedAction:
    return PlannedAction(
        id=number, run_id=run_id, finding_row=1, directory="main", kind="update", entry_uuid="u", dn="uid=a", old={},
        new={}, row_hash="h",
    )  # fmt: skip


def test_old_runs_go_with_their_findings_and_the_newest_plan_stays(app: Flask) -> None:
    add(a_run(1, OLD), a_run(2, OLD, "failed"), a_run(3, OLD), a_run(4, NOW, "held"))
    add(a_finding(1), an_action(1, 1), a_finding(3))
    assert housekeeping(app) == NONE | {"runs": 2}
    assert list(db.session.scalars(sa.select(Run.id).order_by(Run.id))) == [3, 4]
    assert list(db.session.scalars(sa.select(Finding.run_id))) == [3]
    assert count(PlannedAction) == 0


def test_a_run_that_was_applied_stays(app: Flask) -> None:
    add(a_run(1, OLD), a_run(2, NOW))
    add(an_action(1, 1))
    done = {"kind": "update", "subject": "s", "directory": "main", "desired": {}, "state": "done"}
    add(Operation(**done, planned_action_id=1, created_at=OLD, not_before=OLD))
    assert housekeeping(app) == NONE


def test_links_outlive_the_run_that_made_them_and_a_used_acceptance_does_not(app: Flask) -> None:
    add(a_run(1, OLD), a_run(2, NOW))
    add(Person(id=1, id_type="national", national_code="0012345679", created_at=OLD))
    add(
        Link(person_id=1, source="hr", directory="main", entry_uuid="u", dn="uid=a", rule="T1", origin="reconciliation",
             run_id=1, created_at=OLD),
        DirectoryAcceptance(directory="main", entries=5, by="x", reason="y", at=OLD, run_id=1),
    )  # fmt: skip
    assert housekeeping(app) == NONE | {"runs": 1}
    assert db.session.scalars(sa.select(Link.run_id)).one() is None
    assert count(DirectoryAcceptance) == 0


def test_old_job_rows_go_but_the_last_of_each_job_stays(app: Flask) -> None:
    add(*(JobRun(name=name, status="done", started_by="x", started_at=OLD) for name in ("import", "import", "mail")))
    assert housekeeping(app) == NONE | {"job_runs": 1}


def test_ended_sessions_go(app: Flask) -> None:
    add(Staff(id=1, username="amiri", role="it_admin", created_at=OLD))
    hour = dt.timedelta(hours=1)
    add(
        WebSession(token_hash="a", staff_id=1, created_at=NOW, seen_at=NOW),
        WebSession(token_hash="b", staff_id=1, created_at=NOW, seen_at=NOW - hour),
        WebSession(token_hash="c", staff_id=1, created_at=NOW - 9 * hour, seen_at=NOW),
        WebSession(token_hash="d", created_at=NOW - 23 * hour, seen_at=NOW - 2 * hour),
        WebSession(token_hash="e", created_at=NOW - 25 * hour, seen_at=NOW),
    )
    assert housekeeping(app) == NONE | {"web_sessions": 3}


def test_a_registration_that_was_left_for_a_day_is_emptied(app: Flask) -> None:
    typed = {
        "id_type": "national", "national_code": "0012345679", "first_name": "مریم", "typed": {"first_name": "مریم"},
        "mobile": "09121234567", "password_sealed": "v1.x", "evidence": {"typed": {}},
    }  # fmt: skip
    day = dt.timedelta(hours=25)
    for number, (state, at) in enumerate([("otp_sent", NOW - day), ("rejected", OLD), ("identity_ok", NOW)], start=1):
        add(Registration(id=number, tracking_code=str(number), state=state, created_at=at, updated_at=at, **typed))
    assert housekeeping(app) == NONE | {"registrations": 1}
    kept = sa.select(Registration.state, Registration.national_code, Registration.mobile, Registration.typed)
    left = ("0012345679", "09121234567", {"first_name": "مریم"})
    found = [tuple(row) for row in db.session.execute(kept.order_by(Registration.id))]
    assert found == [("abandoned", "", "", {}), ("rejected", *left), ("identity_ok", *left)]


@pytest.mark.parametrize(
    ("subject", "failures", "age", "stays"),
    [
        ("address:a", 40, dt.timedelta(minutes=50), True),
        ("address:a", 40, dt.timedelta(minutes=70), False),
        ("name:a", 5, dt.timedelta(days=29), True),
        ("name:a", 5, dt.timedelta(days=31), False),
        ("name:a", throttle.CEILING, dt.timedelta(days=91), True),
    ],
)
def test_a_login_delay_goes_when_it_slows_nobody_down(
    app: Flask, subject: str, failures: int, age: dt.timedelta, stays: bool
) -> None:
    add(LoginThrottle(subject=subject, failures=failures, updated_at=clock.now() - age))
    assert housekeeping(app)["login_delays"] == (0 if stays else 1)


def test_old_codes_and_counts_that_are_over_go(app: Flask) -> None:
    for number, at in ((1, OLD), (2, NOW)):
        add(OneTimeCode(purpose="register", subject=f"registration:{number}", mobile="", code_hash="h", asked_at=at))
        add(RateCount(subject=f"codes:{number}", window_ends=at + dt.timedelta(minutes=5), count=1))
    assert housekeeping(app) == NONE | {"codes": 1, "counts": 1}


def test_old_messages_are_emptied_but_it_stays_known_that_they_went(app: Flask) -> None:
    for number, (at, state) in enumerate([(OLD, "delivered"), (OLD, "queued"), (NOW, "delivered")], start=1):
        add(Operation(
            id=number, kind="send_sms", subject="message:x", directory="main", desired={}, state="done", not_before=at,
            created_at=at,
        ))  # fmt: skip
        add(Message(
            id=number, key=str(number), channel="sms", address="09121234567", template="leaver", language="fa",
            params={"date": "x"}, about="LEAVER:2026-01-01", state=state, operation_id=number, created_at=at,
        ))  # fmt: skip
    assert housekeeping(app) == NONE | {"messages": 1}
    kept = db.session.execute(sa.select(Message.address, Message.about).order_by(Message.id)).all()
    assert kept == [("", "LEAVER:2026-01-01"), *[("09121234567", "LEAVER:2026-01-01")] * 2]


def test_announcements_go_ninety_days_after_they_ended(app: Flask) -> None:
    month = dt.timedelta(days=30)
    ends = {1: (OLD, None), 2: (NOW, OLD), 3: (NOW, NOW), 4: (NOW + month, None), 5: (NOW - month, None)}
    for number, (until, ended_at) in ends.items():
        add(Announcement(
            id=number, source="hr", national_code=str(number), first_name="x", last_name="y", birth_date="1991-08-12",
            created_by="l", created_at=OLD - month, until=until, ended_at=ended_at,
        ))  # fmt: skip
    assert housekeeping(app) == NONE | {"announcements": 2}
    assert db.session.scalars(sa.select(Announcement.id).order_by(Announcement.id)).all() == [3, 4, 5]


def test_a_dry_run_counts_and_deletes_nothing(app: Flask, tmp_path: Path) -> None:
    _three()
    add(a_run(1, OLD), a_run(2, NOW), WebSession(token_hash="b", created_at=OLD, seen_at=OLD))
    assert housekeeping(app, dry_run=True) == NONE | {"web_sessions": 1, "runs": 1}
    assert (count(Run), count(WebSession)) == (2, 1)
    assert not (tmp_path / "audit-anchors.jsonl").exists()


def test_the_audit_trail_is_anchored_each_night(app: Flask, tmp_path: Path) -> None:
    housekeeping(app)
    assert (tmp_path / "audit-anchors.jsonl").read_text().startswith('{"id": 1, "hash": "')


def test_rows_of_old_snapshots_go_but_not_those_that_count(app: Flask) -> None:
    add(*(a_snapshot(number, at) for number, at in ((1, OLD), (2, OLD), (3, NOW))))
    assert housekeeping(app, dry_run=True) == NONE | {"snapshots": 2}
    assert housekeeping(app) == NONE | {"snapshots": 2}
    assert [row.purged_at is None for row in db.session.scalars(sa.select(Snapshot).order_by(Snapshot.id))] == [
        False, False, True,
    ]  # fmt: skip


def a_snapshot(number: int, at: dt.datetime) -> Snapshot:
    return Snapshot(
        id=number, source="hr", status="accepted", sha256="x", file_name="f", encoding="utf-8", rows=0, accepted=0,
        columns=[], gates=[], warnings=[], as_of=at, created_at=at, created_by="x", accepted_at=at,
    )  # fmt: skip


def test_one_part_that_fails_stops_no_other(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "audit-anchors.jsonl").mkdir()
    add(a_run(1, OLD), a_run(2, NOW))
    run = jobs.run_now("housekeeping", actor="test", settings=settings_of(app))
    assert run.status == "failed"
    assert run.detail_values == {"parts": "anchors (IsADirectoryError)"}
    assert run.counts["runs"] == 1
