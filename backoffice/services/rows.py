"""Inserting a row that another process may be inserting at this moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backoffice.extensions import Base


def add_if_missing(session: Session, model: type[Base], values: dict[str, Any]) -> None:
    """Insert the row unless one with the same key is there already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(model).values(values).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(model).values(values).on_conflict_do_nothing())
