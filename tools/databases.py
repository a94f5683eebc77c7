"""Copying a database while it is in use, and filling an empty one from the copy: SQLite and PostgreSQL."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite", "database.dump"


class DatabaseError(Exception):
    """The copy could not be made or put back; the message is a sentence for the operator."""


class Kind(NamedTuple):
    """How one kind of database is copied to a file, filled from it, and asked whether it is empty."""

    name: str
    dump: Callable[[sa.URL, Path], None]
    load: Callable[[sa.URL, Path], None]
    is_empty: Callable[[sa.URL], bool]


def kind_of(url: sa.URL) -> Kind:
    """Give the kind of a database."""
    return _KINDS[url.get_backend_name()]


def _dump_sqlite(url: sa.URL, target: Path) -> None:
    source = Path(url.database or "")
    if not source.exists():
        raise DatabaseError(f"There is no database {source}.")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _load_sqlite(url: sa.URL, source: Path) -> None:
    path = Path(url.database or "")
    fresh = path.with_suffix(".restored")
    fresh.write_bytes(source.read_bytes())
    fresh.replace(path)


def _is_empty_sqlite(url: sa.URL) -> bool:
    return not Path(url.database or "").exists()


def _dump_postgresql(url: sa.URL, target: Path) -> None:
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def _load_postgresql(url: sa.URL, source: Path) -> None:
    _run(url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(source))


def _is_empty_postgresql(url: sa.URL) -> bool:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        return not sa.inspect(engine).get_table_names()
    except sa.exc.DBAPIError:
        raise DatabaseError("The database cannot be reached.") from None


def _run(url: sa.URL, program: str, *arguments: str) -> None:
    # The password goes by the environment: the arguments of a process are for everyone to see.
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [program, "--dbname", address, *arguments]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    except FileNotFoundError:
        raise DatabaseError(f"{program} is missing: apt-get install postgresql-client") from None
    if done.returncode:
        raise DatabaseError(f"{program}: {done.stderr.strip()}")


_KINDS = {
    "sqlite": Kind(SQLITE_NAME, _dump_sqlite, _load_sqlite, _is_empty_sqlite),
    "postgresql": Kind(POSTGRESQL_NAME, _dump_postgresql, _load_postgresql, _is_empty_postgresql),
}
