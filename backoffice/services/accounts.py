"""Temporary accounts: asked for, followed. What the desk does with them: ``account_acts``.

The account is a row of ours at once; the directory follows through an operation. Source: mission S13-S15, S28, S59.
"""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Account, Operation, Person, Registration
from backoffice.models.operation import PARKED
from backoffice.rules import account_states as states
from backoffice.rules import fields
from backoffice.rules.account_entry import generalised_time
from backoffice.rules.deadlines import temporary_end
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import OTP_VERIFIED, WRONG_STATE
from backoffice.services import account_operations, audit, persons, row_choices, standing_overrides
from backoffice.services.rows import added_if_missing
from backoffice.settings import Settings

OBSERVING = N_("The desk is in observe mode; nothing outside it is changed.")
THERE_ALREADY = N_("This person has an account already.")
NO_PASSWORD = N_("No password was chosen for this account.")
_USUAL_TIME = dt.timedelta(seconds=30)
_WATCHED = sa.select(Account.id, Account.state, Account.username, Account.expires_at, Account.created_at).where(
    Account.id == sa.bindparam("id")
)


class AccountExistsError(RefusedError):
    """Another registration of the same person was faster; its account is not touched."""

    def __init__(self) -> None:
        super().__init__(THERE_ALREADY)


class Stage(StrEnum):
    """How far a new account is."""

    CREATING = "creating"
    SLOW = "slow"
    READY = "ready"
    STUCK = "stuck"


@dataclass(frozen=True)
class Progress:
    """What a page shows of a new account. SLOW: it takes longer than usual; STUCK: the desk has to look at it."""

    stage: Stage
    username: str
    expires_at: dt.datetime | None


def request_temporary(session: Session, registration: Registration, settings: Settings, actor: str) -> Account:
    """Enter the account of a registration whose code was right, and queue its creation; in the caller's transaction.

    Asked twice, it gives the same account. Raises AccountExistsError where the person has one from elsewhere, and
    RefusedError in observe mode, in another state, or without a password.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    if registration.account_id is not None:
        return session.get_one(Account, registration.account_id)
    if registration.state != OTP_VERIFIED:
        raise RefusedError(WRONG_STATE)
    if not registration.password_sealed:
        raise RefusedError(NO_PASSWORD)
    said = _said(session, registration)
    person = persons.enter(session, {**_typed(registration), **said, **_key(registration)})
    account = _enter(session, person, registration, settings)
    sealed, registration.password_sealed = registration.password_sealed, ""
    registration.person_id, registration.account_id = person.id, account.id
    registration.updated_at = clock.now()
    desired = {
        "registration_id": registration.id, "tracking_code": registration.tracking_code,
        "fields": _fields(account, registration, said),
    }  # fmt: skip
    account_operations.queue(session, account_operations.CREATE, account, desired, actor, secret=sealed)
    after = {"state": account.state, "registration": registration.id}
    audit.record("account:temporary:requested", account_operations.subject_of(account.id), actor=actor, after=after)
    return account


def entered(session: Session, values: dict[str, Any]) -> Account | None:
    """Enter an account and give it; a removed one of this user name begins anew. None where there is one."""
    account = added_if_missing(session, Account, values)
    if account is not None:
        return account
    removed = sa.update(Account).where(Account.username == values["username"], Account.state == states.PURGED)
    return session.scalars(removed.values({"ready_at": None, "locked_at": None, **values}).returning(Account)).first()


def progress(account_id: int) -> Progress | None:
    """Give how far a new account is, None where there is none. Writes nothing."""
    account = db.session.connection().execute(_WATCHED, {"id": account_id}).first()
    if account is None:
        return None
    return Progress(_stage(account), account.username, account.expires_at)


def numbers_of(usernames: Collection[str], among: Collection[str]) -> dict[str, int]:
    """Give user name -> number of the accounts in one of these states."""
    rows = sa.select(Account.username, Account.id).where(Account.username.in_(usernames), Account.state.in_(among))
    return {row.username: row.id for row in db.session.execute(rows)}


def every(wanted: Sequence[str] = states.STATES) -> Sequence[tuple[Account, str]]:
    """Give all accounts in these states with the national code of their person; for commands."""
    rows = sa.select(Account, Person.national_code).join(Person, Person.id == Account.person_id)
    found = db.session.execute(rows.where(Account.state.in_(wanted)).order_by(Account.id))
    return [(account, code) for account, code in found]


def _stage(account: Any) -> Stage:
    if account.state != states.CREATING:
        return Stage.READY
    if _is_parked(account.id):
        return Stage.STUCK
    return Stage.SLOW if clock.now() - account.created_at > _USUAL_TIME else Stage.CREATING


def _is_parked(account_id: int) -> bool:
    last = sa.select(Operation.state).where(
        Operation.subject == account_operations.subject_of(account_id), Operation.kind == account_operations.CREATE
    )
    return db.session.scalar(last.order_by(Operation.id.desc()).limit(1)) == PARKED


def _enter(session: Session, person: Person, registration: Registration, settings: Settings) -> Account:
    """Enter the account; the user name is unique, so that of two at once only one goes on."""
    now = clock.now()
    values = {
        "person_id": person.id, "username": registration.national_code, "state": states.CREATING,
        "source": registration.source,
        "entry_uuid": "", "dn": "", "mobile": registration.mobile, "personal_email": registration.personal_email,
        "language": registration.language, "latin_first_name": registration.latin_first_name,
        "latin_last_name": registration.latin_last_name, "extensions": 0, "lock_reason": "", "created_at": now,
        "expires_at": temporary_end(now, settings.policy.temporary_months, settings.timezone),
    }  # fmt: skip
    account = entered(session, values)
    if account is None:
        raise AccountExistsError
    return account


def _said(session: Session, registration: Registration) -> dict[str, Any]:
    """Give what HR says of the person, in the row of the judged source, active ones first; exceptions go before it."""
    rows = row_choices.rows_of(session, registration.id_type, registration.national_code)
    first = sorted(rows, key=lambda row: (row.source != registration.source, row.status_class != fields.ACTIVE))
    held = next((row.values for row in first), {})
    return {**held, **standing_overrides.right_values(session, **_key(registration))}


def _key(registration: Registration) -> dict[str, str]:
    return {"id_type": registration.id_type, "national_code": registration.national_code}


def _typed(registration: Registration) -> dict[str, str]:
    return {name: str(getattr(registration, name, "")) for name in fields.PERSON_FIELDS}


def _fields(account: Account, registration: Registration, said: Mapping[str, Any]) -> dict[str, str]:
    """Give what the entry is to hold, by our fields: Latin names as the person writes them, the others as ``said``."""
    assert account.expires_at is not None
    first = str(said.get("first_name") or registration.first_name)
    last = str(said.get("last_name") or registration.last_name)
    return {
        "username": account.username, "national_code": registration.national_code, "first_name": first,
        "last_name": last, "full_name": f"{first} {last}".strip(), "latin_first_name": account.latin_first_name,
        "latin_last_name": account.latin_last_name,
        "latin_full_name": f"{account.latin_first_name} {account.latin_last_name}".strip(),
        "mobile": account.mobile, "expiry": generalised_time(account.expires_at), "operation": secrets.token_hex(16),
    }  # fmt: skip
