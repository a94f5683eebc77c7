"""Alembic's entry: runs migrations on the application's own engine."""

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Run the migrations in one transaction; tables only, in batch mode for SQLite."""
    with db.engine.connect().execution_options(writing=True) as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
