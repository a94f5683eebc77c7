"""What the desk does to temporary accounts: extend, lock, unlock. Each act names its reason.

The account changes at once and the directory follows through an operation. Source: mission S32, S38, S43.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account
from backoffice.rules import account_states as states
from backoffice.rules.deadlines import MOST_EXTENSIONS, extended
from backoffice.rules.errors import RefusedError
from backoffice.services import account_operations, audit
from backoffice.services.account_operations import EXTEND, LOCK, UNLOCK, subject_of
from backoffice.services.accounts import OBSERVING
from backoffice.settings import Settings

GONE = N_("There is no account %(number)s.")
WRONG_STATE = N_("That cannot be done to an account in this state.")
NO_REASON = N_("Please write a reason.")
DAYS = N_("An account can be extended by 1 to %(most)s days.")
EXTENDED_ENOUGH = N_("This account has been extended %(most)s times already; it cannot be extended again.")
REASON_LENGTH = 500
_EXTENDABLE = (states.TEMPORARY, states.EXPIRED)


def extend(account_id: int, *, days: int, reason: str, actor: str, settings: Settings) -> int:
    """Let a temporary or expired account be valid for more days; give the operation's id. Raises RefusedError."""
    words = checked(reason, settings)
    with writing() as session:
        account = claimed(session, account_id)
        why_not = why_not_extended(account, days, settings)
        if why_not:
            raise why_not
        assert account.expires_at is not None
        before = {"state": account.state, "expires_at": account.expires_at.isoformat()}
        account.expires_at = extended(account.expires_at, clock.now(), days, settings.timezone)
        account.state = states.TEMPORARY
        account.extensions += 1
        operation_id = account_operations.queue(session, EXTEND, account, {}, actor)
        after = {"state": account.state, "expires_at": account.expires_at.isoformat(), "days": days}
        record(account, "extended", actor, words, before, after)
        return operation_id


def take_back_extension(
    session: Session, account: Account, *, state: str, expires_at: dt.datetime, reason: str, actor: str
) -> None:
    """Let an account end as before an extension, which is no longer counted; in the caller's transaction.

    The directory follows. The caller has claimed the account and seen that nothing happened to it since.
    """
    before = {"state": account.state, "expires_at": account.expires_at.isoformat() if account.expires_at else ""}
    account.state, account.expires_at = state, expires_at
    account.extensions -= 1
    account_operations.queue(session, EXTEND, account, {}, actor)
    after = {"state": account.state, "expires_at": expires_at.isoformat()}
    record(account, "extension_taken_back", actor, reason, before, after)


def why_not_extended(account: Account, days: int, settings: Settings) -> RefusedError | None:
    """Give what stands against extending an account by so many days, None where nothing does."""
    most = settings.policy.extension_days
    if not 1 <= days <= most:
        return RefusedError(DAYS, {"most": most})
    if account.state not in _EXTENDABLE or account.expires_at is None:
        return RefusedError(WRONG_STATE)
    if account.extensions >= MOST_EXTENSIONS:
        return RefusedError(EXTENDED_ENOUGH, {"most": MOST_EXTENSIONS})
    return None


def lock(account_id: int, *, reason: str, actor: str, settings: Settings) -> int:
    """Lock an account, deleting nothing; give the operation's id. Raises RefusedError."""
    words = checked(reason, settings)
    with writing() as session:
        account = claimed(session, account_id)
        if not may_lock(account):
            raise RefusedError(WRONG_STATE)
        before = {"state": account.state}
        account.state, account.locked_at, account.lock_reason = states.LOCKED, clock.now(), words
        operation_id = account_operations.queue(session, LOCK, account, {}, actor)
        record(account, "locked", actor, words, before, {"state": account.state})
        return operation_id


def may_lock(account: Account) -> bool:
    """Say whether an account can be locked now; permanent ones end through reconciliation."""
    return account.state in _EXTENDABLE


def unlock(account_id: int, *, reason: str, actor: str, settings: Settings) -> int:
    """Take a lock back, so that the end counts again; give the operation's id. Raises RefusedError."""
    words = checked(reason, settings)
    with writing() as session:
        account = claimed(session, account_id)
        if account.state != states.LOCKED:
            raise RefusedError(WRONG_STATE)
        over = account.expires_at is not None and account.expires_at < clock.now()
        before = {"state": account.state}
        account.state = states.EXPIRED if over else states.TEMPORARY
        account.locked_at, account.lock_reason = None, ""
        operation_id = account_operations.queue(session, UNLOCK, account, {}, actor)
        record(account, "unlocked", actor, words, before, {"state": account.state})
        return operation_id


def checked(reason: str, settings: Settings) -> str:
    """Give the reason as it is stored. Raises RefusedError in observe mode, or without one."""
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    words = reason.strip()[:REASON_LENGTH]
    if not words:
        raise RefusedError(NO_REASON)
    return words


def claimed(session: Session, account_id: int) -> Account:
    """Give the account, kept for this transaction alone. Raises RefusedError."""
    mine = sa.select(Account).where(Account.id == account_id).with_for_update()
    account = session.scalar(mine.execution_options(populate_existing=True))
    if account is None:
        raise RefusedError(GONE, {"number": account_id})
    return account


def record(
    account: Account, verb: str, actor: str, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Enter an act into the trail, in the caller's transaction."""
    audit.record(
        f"account:temporary:{verb}", subject_of(account.id), actor=actor, reason=reason, before=before, after=after
    )
