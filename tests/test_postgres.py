"""Connections to PostgreSQL are tried before they are used where they rested, and only there."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from backoffice import postgres as ours
from tests.postgres import LocalPostgres


@pytest.fixture
def engine(postgres: LocalPostgres) -> Iterator[sa.Engine]:
    """An engine as ours, with one connection in its pool, which was just used."""
    made = sa.create_engine(postgres.url("postgres"), **ours.OPTIONS)
    ours.prepare(made)
    ask(made)
    yield made
    made.dispose()


def ask(engine: sa.Engine) -> int:
    """Give the number of the server process that answered."""
    with engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT pg_backend_pid()")) or 0)


def cut_off(pid: int, url: sa.URL) -> None:
    """End a connection from another one."""
    other = sa.create_engine(url)
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()


def test_a_connection_that_broke_while_it_rested_is_replaced(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(engine)
    cut_off(before, engine.url)
    monkeypatch.setattr(ours, "FRESH_SECONDS", 0.0)
    assert ask(engine) not in (0, before)


def test_a_connection_that_was_just_used_is_not_tried_first(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def ping(raw: object) -> bool:
        tried.append(raw)
        return True

    monkeypatch.setattr(engine.dialect, "do_ping", ping)
    monkeypatch.setattr(ours, "FRESH_SECONDS", 3600.0)
    ask(engine)
    assert not tried
    monkeypatch.setattr(ours, "FRESH_SECONDS", 0.0)
    ask(engine)
    assert len(tried) == 1
