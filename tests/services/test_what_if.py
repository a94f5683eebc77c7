"""The same plan under other limits; nothing is stored."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import Run
from backoffice.rules.errors import RefusedError
from backoffice.services import reconciliation, what_if
from backoffice.settings import Limits
from tests.directories import BASE, account, write_dump
from tests.reconcile.exports import as_csv, people

COUNT = 20


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return {"ldap_uri": (tmp_path / "dump.ldif").as_uri(), "ldap_base_dn": BASE, "limits": {"update_min": 2}}


def plan(app: Flask, moved: int = 0) -> Run:
    grid = people(COUNT)
    write_dump(settings_of(app).instance / "dump.ldif", [account(row) for row in grid[1:]])
    for row in grid[1 : moved + 1]:
        row[5] = "واحد تازه"
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(grid), "utf-8")
    return reconciliation.plan_file(path, actor="tester", settings=settings_of(app))


def test_what_is_held_now_would_pass_under_a_wider_limit(app: Flask) -> None:
    plan(app)
    run = plan(app, moved=4)
    (row,) = what_if.what_if(run.id, Limits(update_min=4))
    assert (row.kind, row.source, row.planned, row.limit, row.other_limit) == ("update", "hr", 4, 2, 4)
    assert row.hold
    assert row.other_hold is None


def test_what_passes_now_would_be_held_under_a_narrower_limit_and_says_why(app: Flask) -> None:
    plan(app)
    run = plan(app, moved=2)
    (row,) = what_if.what_if(run.id, Limits(update_min=1, update_share=0))
    assert row.hold is None
    assert row.other_hold
    assert "2 planned, at most 1 allowed" in row.other_hold["why"]


def test_a_first_run_is_held_under_any_limits(app: Flask) -> None:
    run = plan(app, moved=1)
    (row,) = what_if.what_if(run.id, Limits(update_min=1000))
    assert row.other_hold
    assert row.other_hold["why"] == "first run"


def test_nothing_is_stored(app: Flask) -> None:
    run = plan(app, moved=1)
    what_if.what_if(run.id, Limits(update_min=0))
    assert not db.session.dirty
    assert db.session.scalar(sa.select(sa.func.count(Run.id))) == 1


def test_a_run_without_a_plan_is_refused(app: Flask) -> None:
    with pytest.raises(RefusedError, match="no plan"):
        what_if.what_if(1, Limits())
