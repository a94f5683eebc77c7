"""Migrations keep what is stored."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Case, Target, Verdict
from backoffice.services import audit
from tests.factories import make_run


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_table_that_is_made_anew_keeps_its_rows_and_who_refers_to_them(app: Flask) -> None:
    now, run = clock.now(), make_run()
    with writing() as session:
        case = Case(
            kind="REVIEW", key="k", state="new", fingerprint="f", opened_run=run, opened_at=now, last_run=run,
            last_row=1,
        )  # fmt: skip
        session.add(case)
        session.flush()
        session.add(Verdict(case_id=case.id, word="same", fingerprint="f", at=now))
    db.session.remove()
    downgrade(revision="0009")
    upgrade()
    assert db.session.scalar(sa.select(Verdict.case_id)) == db.session.scalar(sa.select(Case.id))
    assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_trail_goes_on_after_the_database_learnt_to_chain_it(app: Flask) -> None:
    audit.record("test:row:added", "row:1", actor="x")
    db.session.remove()
    downgrade(revision="0035")
    upgrade()
    audit.record("test:row:added", "row:2", actor="x")
    assert audit.verify()[0] == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_trail_goes_on_whoever_numbers_it(app: Flask) -> None:
    for number, step in enumerate((None, downgrade, upgrade), 1):
        if step is not None:
            db.session.remove()
            step(revision="0036" if step is downgrade else "head")
        audit.record("test:row:added", "row:1", actor="x")
        assert audit.verify()[0] == audit.size() == number


def test_an_upgrade_that_fails_on_its_way_changes_nothing(app: Flask) -> None:
    downgrade(revision="0032")
    with writing() as session:
        session.execute(sa.text("CREATE TABLE target (id INTEGER)"))
    with pytest.raises(sa.exc.DatabaseError, match="target"):
        upgrade()
    with writing() as session:
        assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0032"
        session.execute(sa.text("DROP TABLE target"))
    upgrade()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Target)) == 0
