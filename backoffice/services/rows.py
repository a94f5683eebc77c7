"""Inserting a row that another process may be inserting at this moment."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backoffice.extensions import Base


def add_if_missing(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Insert the row unless one with the same key is there already; say whether it was inserted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = sa.inspect(model).primary_key
    made = session.execute(insert(model).values(values).on_conflict_do_nothing().returning(*key))
    return made.first() is not None
