"""Anchors of the audit trail: its last row, written each day to a file that a forger of the database does not change.

One JSON object a line in INSTANCE/audit-anchors.jsonl, mode 0600; copies of it belong on another machine.
Source: reliability.md §2.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry

_FILE = "audit-anchors.jsonl"


@dataclass(frozen=True)
class Anchor:
    """The last audit row at some moment."""

    entry_id: int
    hash: str


class BadAnchorError(Exception):
    """A line of the file is no anchor; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def add(instance: Path) -> int:
    """Write the last audit row down; give 1, or 0 where it is written already or there is none yet.

    Raises OSError where the file cannot be written.
    """
    newest = sa.select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    row = db.session.execute(newest).first()
    if row is None or Anchor(row.id, row.hash) in read(instance):
        return 0
    line = json.dumps({"id": row.id, "hash": row.hash, "at": clock.now().isoformat()}) + "\n"
    descriptor = os.open(instance / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return 1


def read(instance: Path) -> list[Anchor]:
    """Give all anchors, oldest first; none where there is no file. Raises BadAnchorError."""
    path = instance / _FILE
    return list(_parsed(path.read_bytes())) if path.exists() else []


def _parsed(content: bytes) -> Iterator[Anchor]:
    for number, line in enumerate(content.splitlines(), 1):
        try:
            found = json.loads(line)
            yield Anchor(int(found["id"]), str(found["hash"]))
        except (ValueError, KeyError, TypeError):
            raise BadAnchorError(number) from None
