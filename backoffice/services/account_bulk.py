"""One act on many temporary accounts: who takes part is shown first, then each row has its own result.

Locking many waits for a second person (services.account_bulk_release). Source: mission S43; interface.md "Bulk";
reliability.md §2 ("O abuses power").
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, AccountBatch, AccountBatchRow, Operation, Person
from backoffice.rules.errors import RefusedError
from backoffice.rules.releases import VALID
from backoffice.services import account_acts, account_operations, account_reminders, audit, purges
from backoffice.services.account_acts import WRONG_STATE
from backoffice.settings import Settings

REMIND, EXTEND, LOCK = "remind", "extend", "lock"
PURGE, KEEP = "purge", "keep"
ACTS = (REMIND, EXTEND, LOCK)
# With accounts whose deletion is proposed.
PURGE_ACTS = (KEEP, PURGE, EXTEND)
# A lock or a deletion of many takes two people.
_TAKING_TWO = {LOCK: account_operations.LOCK, PURGE: account_operations.PURGE}
MOST = 500
NOBODY = N_("Please choose at least one account.")
TOO_MANY = N_("At most %(most)s accounts can be chosen at once.")
NOT_REMINDED = N_("There is nothing to remind of, or no address.")
ALL_OUT = N_("None of the chosen accounts takes part.")


@dataclass(frozen=True)
class Act:
    """What is to be done: ``name`` of ACTS, and the ``days`` of an extension."""

    name: str
    days: int = 0


@dataclass(frozen=True)
class Left:
    """An account that does not take part, and why: a message id and its values."""

    account: Account
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """Who takes part and who does not."""

    act: Act
    taking_part: Sequence[Account]
    left: Sequence[Left]


@dataclass(frozen=True)
class RowResult:
    """One row of a batch with its account, its person and the operations it queued."""

    row: AccountBatchRow
    account: Account
    person: Person
    operations: Sequence[Operation]


def preview(ids: Collection[int], act: Act, settings: Settings) -> Preview:
    """Give what an act would do to these accounts. Writes nothing. Raises RefusedError for none or too many."""
    if not ids:
        raise RefusedError(NOBODY)
    if len(ids) > MOST:
        raise RefusedError(TOO_MANY, {"most": MOST})
    _check(act, settings)
    found = db.session.scalars(sa.select(Account).where(Account.id.in_(ids)).order_by(Account.expires_at, Account.id))
    judged = [(account, _why_not(account, act, settings)) for account in found]
    left = [Left(account, fault.message, fault.values) for account, fault in judged if fault]
    return Preview(act, [account for account, fault in judged if not fault], left)


def people_of(found: Preview) -> dict[int, Person]:
    """Give the persons of a preview by their numbers."""
    own = {account.person_id for account in (*found.taking_part, *(one.account for one in found.left))}
    return {person.id: person for person in db.session.scalars(sa.select(Person).where(Person.id.in_(own)))}


def takes_two(found: Preview, actor: str, settings: Settings) -> bool:
    """Say whether an act takes a second person: ending more accounts than ``[limits] disable_min`` within a day.

    Locking and deleting both end accounts. What the same person did in the day before counts too, so that no big act is
    cut into small ones.
    """
    if found.act.name not in _TAKING_TWO:
        return False
    mine = Operation.kind.in_(_TAKING_TWO.values()), Operation.requested_by == actor
    lately = sa.select(sa.func.count(Operation.id)).where(*mine, Operation.created_at > clock.now() - VALID)
    return len(found.taking_part) + (db.session.scalar(lately) or 0) > settings.limits.disable_min


def carry_out(ids: Collection[int], act: Act, *, reason: str, actor: str, settings: Settings) -> int:
    """Do it to each account that takes part, in one transaction; the directory and the gateways follow behind.

    Where it takes a second person it is only written down. Gives the number of the batch. Raises RefusedError, and
    then nothing was done.
    """
    words = account_acts.checked(reason, settings)
    with writing() as session:
        planned = preview(ids, act, settings)
        if not planned.taking_part:
            raise RefusedError(ALL_OUT)
        batch = _enter(session, planned, words, actor)
        if takes_two(planned, actor, settings):
            batch.waits_until = batch.created_at + VALID
            after = {"act": act.name, "accounts": len(planned.taking_part)}
            audit.record("account:batch:released_first", subject_of(batch.id), actor=actor, reason=words, after=after)
        else:
            do_rows(session, batch, settings)
        return batch.id


def _enter(session: Session, planned: Preview, reason: str, actor: str) -> AccountBatch:
    act = planned.act
    batch = AccountBatch(act=act.name, days=act.days, reason=reason, requested_by=actor, created_at=clock.now())
    session.add(batch)
    session.flush()
    session.add_all(AccountBatchRow(batch_id=batch.id, account_id=account.id) for account in planned.taking_part)
    session.add_all(
        AccountBatchRow(batch_id=batch.id, account_id=one.account.id, detail=one.message, values=dict(one.values))
        for one in planned.left
    )
    session.flush()
    return batch


def do_rows(session: Session, batch: AccountBatch, settings: Settings) -> None:
    """Do it to each row that takes part, in the caller's transaction; what no longer may is left out."""
    act = Act(batch.act, batch.days)
    mine = (
        sa.select(AccountBatchRow, Account)
        .join(Account, Account.id == AccountBatchRow.account_id)
        .where(AccountBatchRow.batch_id == batch.id, AccountBatchRow.detail == "")
        .order_by(AccountBatchRow.id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )
    for row, account in session.execute(mine).all():
        if fault := _why_not(account, act, settings):
            row.detail, row.values = fault.message, dict(fault.values)
        else:
            row.operations = _do(session, account, act, batch.reason, batch.requested_by, settings)


def subject_of(batch_id: int) -> str:
    """Name a batch for the audit trail."""
    return f"account-batch:{batch_id}"


def find(batch_id: int) -> AccountBatch | None:
    """Give a batch, None where there is none."""
    return db.session.get(AccountBatch, batch_id)


def results(batch_id: int) -> list[RowResult]:
    """Give what came of each row, those that took part first."""
    rows = db.session.execute(
        sa.select(AccountBatchRow, Account, Person)
        .join(Account, Account.id == AccountBatchRow.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(AccountBatchRow.batch_id == batch_id)
        .order_by(AccountBatchRow.id)
    ).all()
    ids = [number for row, _, _ in rows for number in row.operations]
    held = {one.id: one for one in db.session.scalars(sa.select(Operation).where(Operation.id.in_(ids)))}
    return [
        RowResult(row, account, person, [held[number] for number in row.operations if number in held])
        for row, account, person in rows
    ]


def _check(act: Act, settings: Settings) -> None:
    most = settings.policy.extension_days
    if act.name not in (*ACTS, *PURGE_ACTS):
        raise RefusedError(WRONG_STATE)
    if act.name == EXTEND and not 1 <= act.days <= most:
        raise RefusedError(account_acts.DAYS, {"most": most})


def _why_not(account: Account, act: Act, settings: Settings) -> RefusedError | None:
    if act.name == EXTEND:
        return account_acts.why_not_extended(account, act.days, settings)
    if act.name in (PURGE, KEEP):
        return purges.why_not(account)
    if act.name == LOCK:
        return None if account_acts.may_lock(account) else RefusedError(WRONG_STATE)
    return None if account_reminders.may_remind(account) else RefusedError(NOT_REMINDED)


def _do(session: Session, account: Account, act: Act, reason: str, actor: str, settings: Settings) -> list[int]:
    if act.name == EXTEND:
        return [account_acts.extend(account.id, days=act.days, reason=reason, actor=actor, settings=settings)]
    if act.name == LOCK:
        return [account_acts.lock(account.id, reason=reason, actor=actor, settings=settings)]
    if act.name == PURGE:
        return [purges.confirm(account.id, reason=reason, actor=actor)]
    if act.name == KEEP:
        purges.keep(account.id, reason=reason, actor=actor)
        return []
    return account_reminders.remind(session, account, reason=reason, actor=actor, settings=settings)
