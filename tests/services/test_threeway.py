"""Register × directory × operations: what differs is kept, nothing is repaired."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Discrepancy, Link, Operation
from backoffice.services import mail_moves, reconciliation, threeway
from tests.directories import BASE, account, write_dump
from tests.reconcile.exports import as_csv, code, people

COUNT = 6
LOCKED = {"pwdAccountLockedTime": "000001010000Z"}


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return {"ldap_uri": (tmp_path / "dump.ldif").as_uri(), "ldap_base_dn": BASE}


@pytest.fixture
def linked(app: Flask) -> list[list[str]]:
    """Everybody is linked; gives the rows."""
    rows = people(COUNT)[1:]
    directory(app, rows)
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(people(COUNT)), "utf-8")
    reconciliation.plan_file(path, actor="tester", settings=settings_of(app))
    return rows


def directory(app: Flask, rows: list[list[str]], changed: dict[str, str] | None = None, first: int = 0) -> None:
    """Write the directory; the first account has the changed values, the ``first`` accounts are left out."""
    entries = [account(row, **(changed or {})) if row is rows[0] else account(row) for row in rows]
    write_dump(settings_of(app).instance / "dump.ldif", entries[first:])


def check(app: Flask) -> dict[str, int]:
    found = threeway.check(actor="tester", settings=settings_of(app))
    return {"new": found.new, "known": found.known, "gone": found.gone}


def open_kinds() -> list[str]:
    return sorted(db.session.scalars(sa.select(Discrepancy.kind).where(Discrepancy.gone_at.is_(None))))


def operation(kind: str, **desired: object) -> None:
    """An operation that was made on the first linked account."""
    with writing() as session:
        uuid = session.scalar(sa.select(Link.entry_uuid).order_by(Link.id).limit(1))
        session.add(Operation(
            kind=kind, subject=f"entry:{uuid}", directory="main", state="done", outcome="done",
            desired={"entry_uuid": uuid, "old": {}, "new": {}, **desired}, not_before=clock.now(),
            created_at=clock.now(),
        ))  # fmt: skip


def test_where_all_agree_nothing_is_found(app: Flask, linked: list[list[str]]) -> None:
    assert check(app) == {"new": 0, "known": 0, "gone": 0}


def test_a_vanished_account_is_found_kept_and_gone_when_it_is_back(app: Flask, linked: list[list[str]]) -> None:
    directory(app, linked, first=1)
    assert check(app) == {"new": 1, "known": 0, "gone": 0}
    assert open_kinds() == ["gone"]
    assert check(app) == {"new": 0, "known": 1, "gone": 0}
    directory(app, linked)
    assert check(app) == {"new": 0, "known": 0, "gone": 1}
    assert open_kinds() == []


def test_another_code_in_the_account_is_found(app: Flask, linked: list[list[str]]) -> None:
    urn = "urn:schac:personalUniqueID:ir:nationalCode:"
    directory(app, linked, {"schacPersonalUniqueID": urn + code(999)})
    check(app)
    assert open_kinds() == ["other_code"]


def test_an_account_that_was_renamed_is_found(app: Flask, linked: list[list[str]]) -> None:
    with writing() as session:
        session.query(Link).order_by(Link.id).limit(1).one().dn = f"uid=before,ou=people,{BASE}"
    check(app)
    assert open_kinds() == ["renamed"]


def test_an_account_we_disabled_and_somebody_enabled_is_found(app: Flask, linked: list[list[str]]) -> None:
    operation("disable")
    check(app)
    assert open_kinds() == ["enabled_again"]
    directory(app, linked, LOCKED)
    check(app)
    assert open_kinds() == []


def test_the_later_of_disabling_and_enabling_counts(app: Flask, linked: list[list[str]]) -> None:
    operation("disable")
    operation("enable")
    check(app)
    assert open_kinds() == []


def test_a_value_somebody_changed_back_is_found(app: Flask, linked: list[list[str]]) -> None:
    operation("update", old={"unit": linked[0][5]}, new={"unit": "واحد تازه"})
    check(app)
    assert open_kinds() == ["changed_back"]
    directory(app, linked, {"ou": "چیز دیگر"})
    check(app)
    assert open_kinds() == []


def test_what_was_done_to_no_entry_is_not_looked_for(app: Flask, linked: list[list[str]]) -> None:
    now = clock.now()
    with writing() as session:
        session.add(Operation(
            kind=mail_moves.MOVE_KIND, subject="move:1", directory="main", state="done", outcome="done",
            desired={"move_id": 1}, not_before=now, created_at=now,
        ))  # fmt: skip
    assert check(app) == {"new": 0, "known": 0, "gone": 0}
