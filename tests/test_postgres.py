"""How PostgreSQL is asked: with prepared statements, outside of transactions, over connections that live."""

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


@pytest.fixture
def asked(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections that were asked whether they live."""
    found: list[object] = []
    ping = engine.dialect.do_ping

    def noting(raw: object) -> bool:
        found.append(raw)
        return bool(ping(raw))  # type: ignore[arg-type]

    monkeypatch.setattr(engine.dialect, "do_ping", noting)
    return found


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


@pytest.mark.parametrize("fresh", [0.0, 3600.0])
def test_a_connection_that_broke_while_it_rested_is_replaced(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, fresh: float
) -> None:
    """Also where it was used a moment ago: the server said that it ends it."""
    monkeypatch.setattr(ours, "FRESH_SECONDS", fresh)
    before = ask(engine)
    cut_off(before, engine.url)
    assert ask(engine) not in (0, before)


def test_a_connection_that_is_closed_here_is_replaced(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "FRESH_SECONDS", 3600.0)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert raw is not None
    raw.close()
    assert ask(engine)


def test_a_connection_is_asked_only_where_it_rested(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, asked: list[object]
) -> None:
    monkeypatch.setattr(ours, "FRESH_SECONDS", 3600.0)
    ask(engine)
    assert not asked
    monkeypatch.setattr(ours, "FRESH_SECONDS", 0.0)
    ask(engine)
    assert len(asked) == 1


def test_a_connection_over_which_something_unasked_came_is_asked_and_kept(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, asked: list[object]
) -> None:
    monkeypatch.setattr(ours, "FRESH_SECONDS", 3600.0)
    before = ask(engine)
    monkeypatch.setattr(ours, "_said_something", lambda _raw: True)
    assert ask(engine) == before
    assert len(asked) == 1


_PREPARED = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT %generate_series%'")
_OPEN = sa.text("SELECT state FROM pg_stat_activity WHERE pid = :pid")


def test_a_statement_that_is_asked_again_stays_prepared(engine: sa.Engine) -> None:
    """Psycopg forgets what is prepared where a transaction is rolled back, as a page that only reads would do."""
    for _ in range(3):
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT count(*) FROM generate_series(1, 3)"))
    with engine.connect() as connection:
        assert connection.scalar(_PREPARED) == 1


def test_reading_leaves_no_transaction_open(engine: sa.Engine) -> None:
    other = sa.create_engine(engine.url)
    with engine.connect() as connection, other.connect() as looking:
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        assert looking.scalar(_OPEN, {"pid": pid}) == "idle"
    other.dispose()
