"""Carrying out operations about accounts, each with what follows from it in our own tables, in one transaction.

They have a thread and a connection of their own: a person who waits for an account does not wait for bulk work.
Source: architecture.md "How a change happens", reliability.md §3.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Account, Operation, Registration
from backoffice.models.operation import PARKED
from backoffice.ports.directory_write import DirectoryWriter, EntryNow
from backoffice.rules import account_states, registration_states
from backoffice.rules.entry_changes import UUID
from backoffice.services import (
    account_changes,
    account_creation,
    account_links,
    account_operations,
    account_password,
    audit,
    operations,
    promotion,
    promotion_work,
    purge_work,
    purges,
    recreation,
)  # fmt: skip
from backoffice.services.account_creation import Made
from backoffice.services.operations import Claimed, Result
from backoffice.settings import Settings

KINDS = account_operations.KINDS
# Few at a time: who comes while they are worked on is next.
BATCH = 5
_READY: sa.Executable = (
    sa.update(Account)
    .where(Account.id == sa.bindparam("row"), Account.state == account_states.CREATING)
    .values(state=account_states.TEMPORARY)
    .returning(Account.person_id, Account.source, Account.entry_uuid, Account.dn, Account.username)
)


def work(writer: DirectoryWriter, settings: Settings, kinds: Iterable[str] = KINDS) -> list[Result]:
    """Claim and carry out a few due operations; give how each ended, [] for none. Faults are stored."""
    results = []
    for operation in operations.claim(frozenset(kinds), BATCH):
        made = _carry_out(writer, operation, settings)
        _store(made, settings)
        results.append(made.result)
    return results


def _carry_out(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Made:
    if operation.kind == account_operations.CREATE:
        return account_creation.create(writer, operation, operation.secret, settings)
    if operation.kind == account_operations.RECREATE:
        return recreation.carry_out(writer, operation, settings)
    if operation.kind == account_operations.REKEY:
        return Made(account_password.carry_out(writer, operation, operation.secret, settings))
    if operation.kind == account_operations.PROMOTE:
        return promotion_work.carry_out(writer, operation, settings)
    if operation.kind == account_operations.PURGE:
        return Made(purge_work.carry_out(writer, operation, settings))
    return Made(account_changes.change(writer, operation, settings))


def _store(made: Made, settings: Settings) -> None:
    """Store how a try ended and what follows from it; a result whose claim was lost meanwhile is dropped."""
    operation = made.result.operation
    with writing() as session:
        asked_by = operations.finish([made.result]).get(operation.id)
        if asked_by is None:
            return
        if operation.kind == account_operations.CREATE and made.entry is not None:
            _ready(session, operation, made.entry, asked_by)
        else:
            _follow(session, session.get_one(Operation, operation.id, populate_existing=True), made, settings)


def _follow(session: Session, row: Operation, made: Made, settings: Settings) -> None:
    if row.kind == account_operations.PROMOTE:
        promotion.store(session, row, made, settings)
    elif follow := _FOLLOWING.get(row.kind):
        follow(session, row, made)


def _purged(session: Session, row: Operation, _made: Made) -> None:
    purges.store(session, row)


def _rekeyed(_session: Session, row: Operation, _made: Made) -> None:
    if row.state == PARKED:
        row.secret = ""


def _not_created(session: Session, row: Operation, _made: Made) -> None:
    if row.state == PARKED:
        _stuck(session, row)


_FOLLOWING = {
    account_operations.RECREATE: recreation.store, account_operations.PURGE: _purged,
    account_operations.REKEY: _rekeyed, account_operations.CREATE: _not_created,
}  # fmt: skip


def _ready(session: Session, operation: Claimed, entry: EntryNow, actor: str) -> None:
    """Make account and registration temporary now that the entry is there, and link the person."""
    number = operation.desired["account_id"]
    values = {"row": number, "dn": entry.dn, "entry_uuid": entry.values[UUID][0], "ready_at": clock.now()}
    account = session.connection().execute(_READY, values).first()
    if account is None:
        return
    account_links.link(session, account)
    _move(session, operation.desired["registration_id"], registration_states.TEMPORARY)
    audit.record(
        "account:temporary:created", account_operations.subject_of(number), actor=actor,
        before={"state": account_states.CREATING},
        after={"state": account_states.TEMPORARY, "operation": operation.id},
    )  # fmt: skip


def _stuck(session: Session, row: Operation) -> None:
    """Note that the account cannot be made as things are; the sealed hash stays for another try."""
    _move(session, row.desired["registration_id"], registration_states.FAILED)
    after = {"operation": row.id, "why": row.detail % row.values if row.values else row.detail}
    audit.record("account:temporary:stuck", row.subject, actor=row.requested_by, after=after)


def _move(session: Session, registration_id: int, state: str) -> None:
    now = clock.now()
    values: dict[str, Any] = {"state": state, "updated_at": now}
    if state == registration_states.TEMPORARY:
        values["finished_at"] = now
    step = sa.update(Registration).where(
        Registration.id == registration_id, Registration.state.in_(registration_states.sources_of(state))
    )
    session.connection().execute(step.values(**values))
