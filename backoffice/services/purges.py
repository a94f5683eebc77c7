"""Deleting temporary accounts for good: a job proposes, a person confirms, the directory follows.

The user name stays with the account's row, so that nobody else ever gets it. Source: mission S28, S38 ("purge is
proposed at 90 days and done by a person"); reconciliation.md ("delete: never by a job").
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, Link, Operation, PermanentRequest, PurgeProposal
from backoffice.models.operation import ALREADY, DONE, MADE, PARKED
from backoffice.models.purge_proposal import CONFIRMED, KEPT, PROPOSED
from backoffice.models.purge_proposal import DONE as PURGED
from backoffice.rules import account_states, request_states
from backoffice.rules.account_states import EXPIRED, PURGING
from backoffice.rules.errors import RefusedError
from backoffice.rules.purging import AFTER
from backoffice.services import account_operations, audit
from backoffice.services.account_acts import claimed, record
from backoffice.services.account_operations import subject_of
from backoffice.services.rows import add_if_missing

JOB = "job:expire"
NOT_PROPOSED = N_("Nobody proposed to delete this account, or it is in use again.")
_BATCH = 500


def propose_due() -> int:
    """Propose to delete what ended 90 days ago; give how many proposals are new. Nothing is deleted."""
    now = clock.now()
    with writing() as session:
        due = sa.select(Account.id, Account.expires_at).where(_may_go(now), ~_was_proposed()).limit(_BATCH)
        found = [(number, end) for number, end in session.execute(due) if end is not None]
        return sum(_propose(session, number, end, now) for number, end in found)


def count_due() -> int:
    """Give how many proposals would be new."""
    due = sa.select(sa.func.count()).where(_may_go(clock.now()), ~_was_proposed())
    return db.session.scalar(due) or 0


def is_proposed() -> sa.ColumnElement[bool]:
    """Say of an account that its deletion is proposed and waits for a person."""
    own = PurgeProposal.account_id == Account.id, PurgeProposal.expires_at == Account.expires_at
    return (Account.state == EXPIRED) & sa.exists().where(*own, PurgeProposal.state == PROPOSED)


def waiting() -> tuple[int, dt.datetime | None]:
    """Give how many proposals wait for a person, and since when the first does."""
    counted = (
        sa.select(sa.func.count(), sa.func.min(PurgeProposal.proposed_at))
        .join(Account, Account.id == PurgeProposal.account_id)
        .where(PurgeProposal.state == PROPOSED, PurgeProposal.expires_at == Account.expires_at)
        .where(Account.state == EXPIRED)
    )
    count, since = db.session.execute(counted).one()
    return count, since


def why_not(account: Account) -> RefusedError | None:
    """Give what stands against deciding about a deletion, None where nothing does."""
    asked = sa.select(Account.id).where(Account.id == account.id, is_proposed(), ~_has_asked())
    return None if db.session.scalar(asked) is not None else RefusedError(NOT_PROPOSED)


def confirm(account_id: int, *, reason: str, actor: str) -> int:
    """Have the entry deleted, in the caller's transaction; give the operation's id. Raises RefusedError."""
    with writing() as session:
        account = _decided(session, account_id, CONFIRMED, reason, actor)
        account.state = PURGING
        operation_id = account_operations.queue(session, account_operations.PURGE, account, {}, actor)
        record(account, "purge_confirmed", actor, reason, {"state": EXPIRED}, {"state": PURGING})
        return operation_id


def keep(account_id: int, *, reason: str, actor: str) -> None:
    """Keep an account; its deletion is not proposed again for this end. Raises RefusedError."""
    with writing() as session:
        account = _decided(session, account_id, KEPT, reason, actor)
        record(account, "kept", actor, reason, {"proposal": PROPOSED}, {"proposal": KEPT})


def store(session: Session, row: Operation) -> None:
    """Let our register follow the directory, in the caller's transaction: deleted, or back to where it was."""
    account = session.get_one(Account, row.desired["account_id"], with_for_update=True, populate_existing=True)
    if account.state != PURGING or row.state not in (DONE, PARKED):
        return
    is_gone = row.state == DONE and row.outcome in (MADE, ALREADY)
    mine = sa.update(PurgeProposal).where(
        PurgeProposal.account_id == account.id, PurgeProposal.expires_at == account.expires_at
    )
    session.execute(mine.values(state=PURGED if is_gone else PROPOSED))
    account.state = account_states.PURGED if is_gone else EXPIRED
    if is_gone:
        of_entry = Link.entry_uuid == account.entry_uuid, Link.ended_at.is_(None)
        session.execute(sa.update(Link).where(*of_entry).values(ended_at=clock.now()))
    after = {"state": account.state, "operation": row.id}
    audit.record(
        f"account:temporary:{'purged' if is_gone else 'not_purged'}", subject_of(account.id), actor=row.requested_by,
        before={"state": PURGING}, after=after,
    )  # fmt: skip


def _propose(session: Session, account_id: int, end: dt.datetime, now: dt.datetime) -> bool:
    values = {"account_id": account_id, "expires_at": end, "state": PROPOSED, "proposed_at": now}
    if not add_if_missing(session, PurgeProposal, {**values, "decided_by": "", "reason": ""}):
        return False
    audit.record("account:temporary:purge_proposed", subject_of(account_id), actor=JOB)
    return True


def _decided(session: Session, account_id: int, state: str, reason: str, actor: str) -> Account:
    account = claimed(session, account_id)
    if fault := why_not(account):
        raise fault
    mine = sa.update(PurgeProposal).where(
        PurgeProposal.account_id == account.id, PurgeProposal.expires_at == account.expires_at,
        PurgeProposal.state == PROPOSED,
    )  # fmt: skip
    session.execute(mine.values(state=state, decided_by=actor, decided_at=clock.now(), reason=reason))
    return account


def _may_go(now: dt.datetime) -> sa.ColumnElement[bool]:
    return (Account.state == EXPIRED) & (Account.expires_at < now - AFTER) & ~_has_asked()


def _was_proposed() -> sa.ColumnElement[bool]:
    own = PurgeProposal.account_id == Account.id, PurgeProposal.expires_at == Account.expires_at
    return sa.exists().where(*own)


def _has_asked() -> sa.ColumnElement[bool]:
    living = PermanentRequest.state.in_(request_states.LIVE)
    return sa.exists().where(PermanentRequest.account_id == Account.id, living)
