"""The Flask extensions and the one way to write to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session

from backoffice.settings import Settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"
SQLITE_BUSY_MS = 15_000
POSTGRES_WAIT_SECONDS = 3
_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base with stable constraint names, so that migrations can find them."""

    metadata = sa.MetaData(naming_convention=_NAMING)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()


def settings_of(app: Flask) -> Settings:
    """Give the typed settings of an application."""
    found = app.extensions["settings"]
    assert isinstance(found, Settings)
    return found


def engine_options(settings: Settings) -> dict[str, Any]:
    """Give what the engine is made with: faults never repeat values, a PostgreSQL that is gone is noticed quickly."""
    options: dict[str, Any] = {"hide_parameters": True}
    if settings.database.startswith("postgresql"):
        options |= {"pool_pre_ping": True, "pool_timeout": POSTGRES_WAIT_SECONDS}
        options["connect_args"] = {
            "connect_timeout": POSTGRES_WAIT_SECONDS,
            # A server that vanished without a word is noticed as soon, not after a quarter of an hour.
            "tcp_user_timeout": POSTGRES_WAIT_SECONDS * 1000,
        }
    return options


def register(app: Flask) -> None:
    """Bind the database and migrations to the application."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={SQLITE_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("writing"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get('patience_ms', SQLITE_BUSY_MS)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")


@contextmanager
def writing(*, patience_ms: int = SQLITE_BUSY_MS) -> Iterator[Session]:
    """Give the session inside one writing transaction: commits at the end, rolls back on any error.

    Takes the write lock at once (BEGIN IMMEDIATE on SQLite), waiting for another writer as long as ``patience_ms``
    says; then OperationalError. An inner call joins the outer transaction. Objects read before are expired, so a row
    is always claimed and checked again inside.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.rollback()
    session.connection(execution_options={"writing": True, "patience_ms": patience_ms})
    session.info["writing"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
