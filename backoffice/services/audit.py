"""The audit trail: one row per act, chained by hashes, in the transaction of the act itself."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import AuditEntry
from backoffice.rules.errors import RefusedError

FIRST = "0" * 64
_PG_LOCK = 7_201_405
BATCH = 5_000


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
) -> AuditEntry:
    """Add one row to the trail inside the caller's writing transaction.

    ``action`` has three parts like ``hr:snapshot:accepted``; ``subject`` names the thing (``snapshot:3``), never a
    national code; ``before`` and ``after`` hold no secrets. Source: mission S32.
    """
    with writing() as session:
        _one_writer(session)
        last = session.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
        entry = AuditEntry(
            at=clock.now(), actor=actor, action=action, subject=subject, reason=reason,
            before=dict(before or {}), after=dict(after or {}), previous_hash=last or FIRST,
        )  # fmt: skip
        entry.hash = hash_of(entry)
        session.add(entry)
        session.flush()
        return entry


def hash_of(entry: AuditEntry) -> str:
    """Give the SHA-256 over the previous hash and the content of the row."""
    content = [
        entry.previous_hash, entry.at.isoformat(), entry.actor, entry.action, entry.subject, entry.reason,
        entry.before, entry.after,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify() -> tuple[int, str]:
    """Walk the whole trail; give the number of rows and the last hash. Raises ChainBrokenError."""
    previous, last_id, count = FIRST, 0, 0
    while rows := _next_rows(last_id):
        for entry in rows:
            _check(entry, previous)
            previous, last_id, count = entry.hash, entry.id, count + 1
        db.session.expunge_all()
    return count, previous


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
