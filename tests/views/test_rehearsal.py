"""A rehearsed registration leaves nothing behind but what it taught the process."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.sql.compiler import SQLCompiler

from backoffice import create_app
from backoffice.extensions import Base, db, settings_of, writing
from backoffice.models import OneTimeCode
from backoffice.services import accounts, audit, rehearsal
from tests.conftest import make_settings
from tests.factories import make_hr_row
from tests.registering import Applicant


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "unlisted_mobile": "matched"}}


def rows() -> dict[str, int]:
    """Give how many rows each table has."""
    with db.engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were written for the first time."""
    found: list[str] = []
    write = SQLCompiler.__init__

    def note(self: SQLCompiler, *args: object, **kwargs: object) -> None:
        write(self, *args, **kwargs)  # type: ignore[arg-type]
        found.append(str(self))

    monkeypatch.setattr(SQLCompiler, "__init__", note)
    return found


def test_it_goes_all_the_way_and_nothing_of_it_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hr_row(1)
    before, asked = rows(), list[int]()
    monkeypatch.setattr(accounts, "progress", asked.append)
    rehearsal.rehearse(settings_of(app), until_planned=True)
    assert rows() == before
    assert len(asked) == (7 if db.engine.dialect.name == "postgresql" else 1)
    assert all(asked)


def recorded() -> int:
    """Add a row to the trail; give its number."""
    with writing():
        audit.record("test:row:added", "row:1", actor="x")
    return audit.size()


def test_it_leaves_no_gap_in_the_trail(app: Flask) -> None:
    before = recorded()
    rehearsal.rehearse(settings_of(app), until_planned=True)
    assert recorded() == before + 1


def test_who_comes_first_waits_for_few_statements(app: Flask, written: list[str]) -> None:
    make_hr_row(1)
    db.engine.clear_compiled_cache()  # which tests share
    rehearsal.rehearse(settings_of(app))
    rehearsed, person = len(written), Applicant(app)
    assert person.identify(1).location == "/request/account"
    assert person.give_details(1).location == "/request/code"
    new = len(written) - rehearsed
    subject = db.session.scalars(sa.select(OneTimeCode.subject)).one()
    code = rehearsal._sent(db.session(), subject, settings_of(app))
    before = len(written)
    assert person.enter(code).location == "/request/done"
    assert rehearsed > 5 * (new + len(written) - before)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_comes_first_finds_statements_prepared_and_planned(app: Flask) -> None:
    make_hr_row(1)
    rehearsal.rehearse(settings_of(app), until_planned=True)
    kept = sa.text("SELECT count(*), count(*) FILTER (WHERE generic_plans = 0) FROM pg_prepared_statements")
    prepared, without_plan = db.session.execute(kept).one()
    assert prepared > 40
    assert without_plan < prepared / 10


def test_a_desk_whose_database_is_not_made_yet_starts(tmp_path: Path) -> None:
    application = create_app(make_settings(tmp_path))
    with application.app_context():
        rehearsal.rehearse(settings_of(application))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_desk_starts_while_somebody_else_writes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "_PATIENCE_MS", 1)
    with db.engine.connect().execution_options(writing=True) as other:
        other.execute(sa.text("SELECT 1"))
        rehearsal.rehearse(settings_of(app))
