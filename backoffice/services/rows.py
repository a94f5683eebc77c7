"""Inserting a row that another process may be inserting at this moment."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backoffice.extensions import Base


def upsert(dialect: str, model: type[Base]) -> postgresql.Insert:
    """Begin an insert that can say what happens where the row is there already; both databases have the same words."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return cast("postgresql.Insert", insert(model))


def add_if_missing(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Insert the row unless one with the same key is there already; say whether it was inserted."""
    session.flush()
    connection = session.connection()
    key = sa.inspect(model).primary_key
    insert = upsert(connection.dialect.name, model).values(values).on_conflict_do_nothing()
    return connection.execute(insert.returning(*key)).first() is not None
