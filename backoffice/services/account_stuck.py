"""Accounts that could not be made: tried again, or given up so that the person may register anew.

Source: mission S28; reliability.md §4: a sealed password is kept seven days at most.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account, Operation, Registration
from backoffice.models.operation import PARKED, PENDING
from backoffice.rules import account_states as states
from backoffice.rules import registration_states
from backoffice.rules.errors import RefusedError
from backoffice.services import registrations
from backoffice.services.account_acts import checked, claimed, record
from backoffice.services.account_operations import CREATE, subject_of
from backoffice.services.accounts import OBSERVING
from backoffice.settings import Settings

NOT_STUCK = N_("The creation of this account was not given up.")
PASSWORD_KEPT = dt.timedelta(days=7)
HOUSEKEEPING = "job:housekeeping"


def try_again(account_id: int, *, actor: str, settings: Settings) -> None:
    """Have the creation of an account tried again that was given up. Raises RefusedError."""
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    with writing() as session:
        account, last = _stuck(session, account_id)
        last.state, last.outcome, last.finished_at, last.attempts = PENDING, "", None, 0
        last.not_before, last.requested_by = clock.now(), actor
        session.execute(_failed(account).values(state=registration_states.OTP_VERIFIED, updated_at=clock.now()))
        record(account, "retried", actor, "", {"operation": PARKED}, {"operation": PENDING})


def give_up(account_id: int, *, reason: str, actor: str, settings: Settings) -> None:
    """Remove an account that could not be made, with its sealed password; its person may register again.

    Raises RefusedError.
    """
    words = checked(reason, settings)
    with writing() as session:
        _remove(session, account_id, words, actor)


def give_up_old() -> int:
    """Remove every account whose creation was put aside a week ago: no password is kept longer. Give their number.

    Where somebody has the account made meanwhile, it stays.
    """
    old = sa.select(Operation.subject).where(
        Operation.kind == CREATE, Operation.state == PARKED, Operation.secret != "",
        Operation.finished_at < clock.now() - PASSWORD_KEPT,
    )  # fmt: skip
    with writing() as session:
        numbers = [int(subject.partition(":")[2]) for subject in session.scalars(old)]
        return sum(_is_removed(session, number) for number in numbers)


def _is_removed(session: Session, account_id: int) -> bool:
    try:
        _remove(session, account_id, "", HOUSEKEEPING)
    except RefusedError:
        return False
    return True


def _remove(session: Session, account_id: int, reason: str, actor: str) -> None:
    account, last = _stuck(session, account_id)
    last.secret, account.state = "", states.PURGED
    session.execute(_failed(account).values(registrations.abandoned()))
    record(account, "given_up", actor, reason, {"state": states.CREATING}, {"state": states.PURGED})


def _stuck(session: Session, account_id: int) -> tuple[Account, Operation]:
    """Give an account whose creation was put aside, and that operation. Raises RefusedError for any other."""
    account = claimed(session, account_id)
    creations = sa.select(Operation).where(Operation.subject == subject_of(account.id), Operation.kind == CREATE)
    last = session.scalars(creations.order_by(Operation.id.desc()).limit(1)).first()
    if account.state != states.CREATING or last is None or last.state != PARKED:
        raise RefusedError(NOT_STUCK)
    return account, last


def _failed(account: Account) -> sa.Update:
    failed = Registration.state == registration_states.FAILED
    return sa.update(Registration).where(Registration.account_id == account.id, failed)
