"""Alembic's entry: runs migrations on the application's own engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from backoffice.extensions import transaction_options

db = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Run the migrations in one transaction; tables only, in batch mode for SQLite."""
    options = {"writing": True, **transaction_options()}
    with db.engine.connect().execution_options(**options) as connection, keys_unwatched(connection):
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def keys_unwatched(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew (drop and rename) to which others refer; inside a transaction that comes too late."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    yield
    raw.execute("PRAGMA foreign_keys=ON")


run_migrations()
