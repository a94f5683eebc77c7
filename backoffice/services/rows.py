"""Inserting rows past the bookkeeping of the session, also such as another process may be inserting at this moment."""

from functools import cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from backoffice.extensions import Base

Row = TypeVar("Row", bound=Base)


def upsert(dialect: str, model: type[Base]) -> postgresql.Insert:
    """Begin an insert that can say what happens where the row is there already; both databases have the same words."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return cast("postgresql.Insert", insert(model))


def inserted(session: Session, model: type[Base], values: dict[str, Any]) -> int:
    """Insert the row and give its number, in the caller's transaction."""
    number: int = session.connection().execute(_plain(model), values).scalar_one()
    return number


@cache
def _plain(model: type[Base]) -> sa.Executable:
    """Write the statement once for each table: writing it takes longer than executing it."""
    return sa.insert(model).returning(*sa.inspect(model).primary_key)


def add_if_missing(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Insert the row unless one with the same key is there already; say whether it was inserted."""
    session.flush()
    connection = session.connection()
    return connection.execute(_insert(connection.dialect.name, model), values).first() is not None


def added_if_missing(session: Session, model: type[Row], values: dict[str, Any]) -> Row | None:
    """Insert the row and give it; None where one with the same key is there already.

    What ``values`` leave out is read when it is asked for. The session is not asked to insert: that takes six times as
    long.
    """
    connection = session.connection()
    key = connection.execute(_insert(connection.dialect.name, model), values).first()
    if key is None:
        return None
    row = model(**values, **key._asdict())
    make_transient_to_detached(row)
    session.add(row)
    return row


@cache
def _insert(dialect: str, model: type[Base]) -> sa.Executable:
    insert = upsert(dialect, model).on_conflict_do_nothing()
    return insert.returning(*sa.inspect(model).primary_key)
