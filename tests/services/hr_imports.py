"""Small HR files on disk and their import, for tests of services."""

import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry
from backoffice.services import snapshots
from backoffice.services.snapshots import Imported
from backoffice.settings import Settings
from tests.reconcile.exports import HEADER, Grid, as_csv, people

UPLOADER, MARYAM, HOSSEIN = "uploader", "maryam", "hossein"


def settings() -> Settings:
    return settings_of(current_app)


def write(content: Grid | str | bytes, name: str = "export.csv") -> Path:
    """A file in the instance folder of the test."""
    path = settings().instance / name
    text = as_csv(content) if isinstance(content, list) else content
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def bring(content: Grid | str | bytes, *, source: str | None = None, **options: Any) -> Imported:
    """Write a file and import it."""
    return snapshots.import_file(write(content), source=source, actor=UPLOADER, settings=settings(), **options)


def ago(**time: float) -> dt.datetime:
    return clock.now() - dt.timedelta(**time)


def changed(count: int, column: str, value: str, rows: int) -> Grid:
    """A good file with one column changed in its first rows."""
    grid = people(count)
    for row in grid[1 : rows + 1]:
        row[HEADER.index(column)] = value
    return grid


def acts() -> list[tuple[str, str, str]]:
    """Action, subject and actor of every audit row, oldest first."""
    found = sa.select(AuditEntry.action, AuditEntry.subject, AuditEntry.actor).order_by(AuditEntry.id)
    return [(row.action, row.subject, row.actor) for row in db.session.execute(found)]
