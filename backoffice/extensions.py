"""The Flask extensions, and the two ways to write to the database: in a transaction, or one statement alone."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Session

from backoffice import postgres, sqlite
from backoffice.settings import Settings
from backoffice.turnstile import Turnstile

MIGRATIONS = Path(__file__).parent.parent / "migrations"
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
    options = postgres.OPTIONS if settings.database.startswith("postgresql") else {}
    return {"hide_parameters": True, **options}


def register(app: Flask) -> None:
    """Bind the database and migrations to the application."""
    db.init_app(app)
    app.extensions["turnstile"] = Turnstile()
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        own = sqlite if db.engine.dialect.name == "sqlite" else postgres
        own.prepare(db.engine)


def transaction_options() -> dict[str, Any]:
    """Give the execution options of a connection that is to work in one transaction."""
    return postgres.TRANSACTION if db.engine.dialect.name == "postgresql" else {}


@contextmanager
def writing(*, patience_ms: int = sqlite.BUSY_MS) -> Iterator[Session]:
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
    with _turn(patience_ms) as until:
        session.connection(execution_options={"writing": True, "until": until, **transaction_options()})
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


class _TakenBackError(Exception):
    """Nothing of a transaction stays."""


@contextmanager
def taken_back(*, patience_ms: int = sqlite.BUSY_MS) -> Iterator[Session]:
    """Give the session inside one writing transaction of which nothing stays; see ``writing``. Never inside another."""
    assert not db.session().info.get("writing"), "what is taken back is no part of anything else"
    with suppress(_TakenBackError), writing(patience_ms=patience_ms) as session:
        session.info["taken_back"] = True
        begun = session.get_transaction()
        try:
            yield session
            assert session.get_transaction() is begun, "what came after a rollback would stay"
            if db.engine.dialect.name == "postgresql":
                postgres.undo(session.connection())
            raise _TakenBackError
        finally:
            session.info.pop("taken_back")


def write(statement: sa.Executable, values: Mapping[str, Any]) -> Sequence[sa.Row[Any]]:
    """Carry out one statement as a transaction of its own, or within the one that runs; give the rows it returns.

    Objects read before are expired, as by ``writing``. PostgreSQL commits a statement by itself, so it is asked once
    instead of three times.
    """
    session = db.session()
    if db.engine.dialect.name != "postgresql" or session.info.get("writing"):
        with writing():
            return session.connection().execute(statement, values).all()
    session.rollback()
    try:
        return session.connection().execute(statement, values, execution_options={"writing": True}).all()
    finally:
        # Nobody keeps a connection while they go on to what they wrote this for.
        session.rollback()


@contextmanager
def _turn(patience_ms: int) -> Iterator[float]:
    """Stand in line with the other writers of this process, for SQLite lets one write; give when patience ends."""
    until = time.monotonic() + patience_ms / 1000
    if db.engine.dialect.name != "sqlite":
        yield until
        return
    turnstile: Turnstile = current_app.extensions["turnstile"]
    has_turn = turnstile.enter(patience_ms / 1000)
    try:
        # Without a turn in time SQLite is asked all the same, and gives the error for it.
        yield until
    finally:
        if has_turn:
            turnstile.leave()
