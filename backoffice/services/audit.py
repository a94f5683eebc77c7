"""The audit trail: one row per act, chained by hashes, in the transaction of the act itself."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry
from backoffice.rules.errors import RefusedError
from backoffice.services import audit_anchors

FIRST = "0" * 64
_PG_LOCK = 7_201_405
BATCH = 5_000
_NEWEST = sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
_HASHED = ("previous_hash", "at", "actor", "action", "subject", "reason", "before", "after")


class ChainBrokenError(RefusedError):
    """The trail was tampered with; ``entry_id`` is the first row that does not fit."""

    def __init__(self, entry_id: int, sentence: str) -> None:
        super().__init__(sentence)
        self.entry_id = entry_id


def record(
    action: str,
    subject: str,
    *,
    actor: str,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one row to the trail inside the caller's writing transaction.

    ``action`` has three parts like ``hr:snapshot:accepted``; a new one gets its words in views/audit_words.py.
    ``subject`` names the thing (``snapshot:3``), never a national code; ``before`` and ``after`` hold no secrets.
    Source: mission S32.
    """
    record_all([Act(action, subject, actor, reason, dict(before or {}), dict(after or {}))])


@dataclass(frozen=True)
class Act:
    """One act to record, see ``record``."""

    action: str
    subject: str
    actor: str
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def record_all(acts: Sequence[Act]) -> None:
    """Add a row for each of many acts, in their order, inside the caller's writing transaction."""
    if not acts:
        return
    with writing() as session:
        _one_writer(session)
        previous, rows = _last_hash(session), []
        for act in acts:
            content = {"at": clock.now(), **vars(act), "previous_hash": previous}
            previous = _hash(content)
            rows.append({**content, "hash": previous})
        # A plain list of values goes in one by one, so that the numbers follow the chain.
        session.connection().execute(sa.insert(AuditEntry), rows)


def _last_hash(session: Session) -> str:
    # On the connection: the rows of the session are not touched, and this is asked for every act.
    return session.connection().scalar(_NEWEST) or FIRST


def hash_of(entry: AuditEntry) -> str:
    """Give the SHA-256 over the previous hash and the content of the row."""
    return _hash({name: getattr(entry, name) for name in _HASHED})


def _hash(row: Mapping[str, Any]) -> str:
    content = [row["at"].isoformat() if name == "at" else row[name] for name in _HASHED]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def size() -> int:
    """Give the number of the last row, which is how long the trail is."""
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def verify() -> tuple[int, str]:
    """Walk the whole trail; give the number of rows and the last hash.

    The rows that were anchored outside the database must be there unchanged, so a cut tail or a database from
    yesterday is found too. Raises ChainBrokenError.
    """
    anchors = _anchors()
    previous, last_id, count = FIRST, 0, 0
    while rows := _next_rows(last_id):
        for entry in rows:
            _check(entry, previous)
            if anchors.pop(entry.id, entry.hash) != entry.hash:
                raise ChainBrokenError(entry.id, f"audit row {entry.id} is not the one that was anchored")
            previous, last_id, count = entry.hash, entry.id, count + 1
        db.session.expunge_all()
    if anchors:
        raise ChainBrokenError(min(anchors), f"audit row {min(anchors)} was anchored and is gone")
    return count, previous


def _anchors() -> dict[int, str]:
    """Give the hash of each anchored row by its number."""
    try:
        anchors = audit_anchors.read(settings_of(current_app).instance)
    except audit_anchors.BadAnchorError as error:
        raise ChainBrokenError(0, f"line {error.line} of the anchors cannot be read") from None
    found: dict[int, str] = {}
    for anchor in anchors:
        if found.setdefault(anchor.entry_id, anchor.hash) != anchor.hash:
            raise ChainBrokenError(anchor.entry_id, f"audit row {anchor.entry_id} was anchored twice, differently")
    return found


def _next_rows(after_id: int) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(AuditEntry.id > after_id).order_by(AuditEntry.id).limit(BATCH)
    return list(db.session.scalars(query))


def _check(entry: AuditEntry, previous: str) -> None:
    if entry.previous_hash != previous:
        raise ChainBrokenError(entry.id, f"audit row {entry.id} does not follow the row before it")
    if hash_of(entry) != entry.hash:
        raise ChainBrokenError(entry.id, f"audit row {entry.id} was changed")


def _one_writer(session: Any) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PG_LOCK)))
