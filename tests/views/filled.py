"""One row in every table, so that every page has something to show and ``1`` is an id that exists."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models.types import UtcDateTime

# Columns in which only certain words make sense.
WORDS = {
    ("snapshot", "status"): "accepted",
    ("snapshot", "source"): "hr",
    ("run", "status"): "planned",
    ("finding", "situation"): "DRIFT",
    ("case", "kind"): "NAME_CONFLICT",
    ("case", "state"): "new",
    ("case", "source"): "hr",
    ("verdict", "word"): "aside",
    ("account", "state"): "temporary",
    ("account", "language"): "fa",
    ("permanent_request", "state"): "needs_review",
    ("mail_move", "state"): "failed",
    ("account_batch", "act"): "lock",
    ("announcement", "source"): "hr",
    ("correction_request", "source"): "hr",
    ("correction_request", "state"): "waiting",
    ("correction_request", "field"): "title",
    ("announcement", "birth_date"): "1991-08-12",
    ("announcement", "start_date"): "",
    ("override", "kind"): "entitled",
    ("override", "field"): "",
    ("override", "source"): "hr",
    ("holiday", "day"): "2026-12-07",
    ("job_run", "status"): "done",
    ("staff", "role"): "it_admin",
    ("staff", "origin"): "local",
    ("staff", "language"): "",
    ("staff", "mail"): "",
    ("staff", "totp_sealed"): "",
    ("person", "id_type"): "national",
    ("person", "national_code"): "0012345679",
}
LEFT_EMPTY = ("web_session", "login_throttle", "alembic_version")


def fill() -> None:
    """Insert the rows, parents first."""
    with writing() as session:
        for table in db.metadata.sorted_tables:
            if table.name not in LEFT_EMPTY:
                session.execute(sa.insert(table).values(_row(table)))


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Give what every table holds as the database has it, except when a session was last seen."""
    db.session.rollback()
    connection = db.session.connection()
    return {name: [tuple(row) for row in connection.exec_driver_sql(sql)] for name, sql in _reading(db.engine.name)}


def _row(table: sa.Table) -> dict[str, Any]:
    asked = (column for column in table.columns if not column.nullable and not _counts_itself(column))
    return {column.name: WORDS.get((table.name, column.name), _value(column)) for column in asked}


def _counts_itself(column: sa.Column[Any]) -> bool:
    return isinstance(column.table, sa.Table) and column.table.autoincrement_column is column


def _value(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        return {} if "dict" in str(getattr(column.default, "arg", "")) else []
    if isinstance(column.type, UtcDateTime):
        return clock.now()
    values: dict[type[Any], Any] = {str: "x", int: 1, bool: True, float: 1.0}
    return values[column.type.python_type]


@cache
def _reading(_kind_of_database: str) -> list[tuple[str, str]]:
    """Give the name of each table and the SQL that reads it."""
    return [(table.name, _sql_of(table)) for table in db.metadata.sorted_tables]


def _sql_of(table: sa.Table) -> str:
    shown = [column for column in table.columns if (table.name, column.name) != ("web_session", "seen_at")]
    return str(sa.select(*shown).order_by(*table.primary_key.columns).compile(db.engine))
