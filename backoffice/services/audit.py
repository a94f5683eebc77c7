"""The audit trail: one row per act, chained by hashes, in the transaction of the act itself.

The rows are written as the last thing of a transaction. The chain has one writer at a time: who held it while waiting
for a row that another transaction has, and that one waited for the chain, waited for ever. See docs/adr/0028.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry
from backoffice.rules.errors import RefusedError
from backoffice.services import audit_anchors, audit_chain
from backoffice.services.audit_chain import FIRST, hash_of

BATCH = 5_000
_KEPT = "acts"


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


# An act, and the savepoint it was recorded within.
_Kept = tuple[SessionTransaction | None, Act]


def record_all(acts: Sequence[Act]) -> None:
    """Add a row for each of many acts, in their order, as the caller's writing transaction ends."""
    if not acts:
        return
    with writing() as session:
        kept: list[_Kept] = session.info.setdefault(_KEPT, [])
        kept.extend((session.get_nested_transaction(), act) for act in acts)


@event.listens_for(Session, "before_commit")
def write_down(session: Session) -> None:
    """Write what was recorded, now that no other lock is waited for; the end of a savepoint is not the end."""
    if session.in_nested_transaction():
        return
    kept: list[_Kept] = session.info.pop(_KEPT, [])
    if not kept:
        return
    session.flush()
    audit_chain.append(session.connection(), [vars(act) for _within, act in kept], clock.now())


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """Forget what was recorded within what did not happen after all."""
    kept: list[_Kept] = session.info.pop(_KEPT, [])
    if undone.nested:
        session.info[_KEPT] = [(within, act) for within, act in kept if within is not undone]


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
