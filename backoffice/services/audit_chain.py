"""How rows are hung onto the audit trail: each carries the hash of the one before it. See docs/adr/0028."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from backoffice.models import AuditEntry

FIRST = "0" * 64
_CONTENT = ("at", "actor", "action", "subject", "reason", "before", "after")
_NEWEST = sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
_COLUMNS = AuditEntry.__table__.columns
# The function (migration 0037) waits for its turn, finds the newest row and adds one, in a single question.
_APPENDED = sa.select(
    sa.func.audit_append(
        *(sa.bindparam(name, type_=_COLUMNS[name].type) for name in _CONTENT), sa.bindparam("text", type_=sa.Text)
    )
)


def append(connection: sa.Connection, acts: Sequence[Mapping[str, Any]], now: dt.datetime) -> None:
    """Add a row for each act (actor, action, subject, reason, before, after) at the end of the trail, in their order.

    One transaction adds rows at a time: on SQLite because one writes, on PostgreSQL until the transaction ends.
    """
    contents = [{"at": now, **act} for act in acts]
    if connection.dialect.name == "postgresql":
        connection.execute(_APPENDED, [{**content, "text": _text(content)} for content in contents])
        return
    previous, rows = connection.scalar(_NEWEST) or FIRST, []
    for content in contents:
        found = hash_after(previous, content)
        rows.append({**content, "previous_hash": previous, "hash": found})
        previous = found
    # A plain list of values goes in one by one, so that the numbers follow the chain.
    connection.execute(sa.insert(AuditEntry), rows)


def hash_of(entry: AuditEntry) -> str:
    """Give the hash that a row ought to have."""
    return hash_after(entry.previous_hash, {name: getattr(entry, name) for name in _CONTENT})


def hash_after(previous: str, content: Mapping[str, Any]) -> str:
    """Give the SHA-256 over the hash of the row before and the content of a row, as one list in JSON."""
    return hashlib.sha256(f"[{json.dumps(previous)}, {_text(content)}".encode()).hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    """Write the list without its beginning, which is the hash of the row before."""
    values = [content["at"].isoformat() if name == "at" else content[name] for name in _CONTENT]
    return json.dumps(values, sort_keys=True, ensure_ascii=False)[1:]
