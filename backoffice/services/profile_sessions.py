"""Sessions of the holders of accounts: opened after a login, and looked at again with each request.

Source: mission S17, S38; reliability.md §2 ("a disabled user continues": the state is checked at each request).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, Operation, Person
from backoffice.models.operation import ALREADY, MADE
from backoffice.rules import account_states
from backoffice.rules import situations as s
from backoffice.rules.profile_access import Access, access_of
from backoffice.services import account_operations, audit, sessions, throttle
from backoffice.settings import Settings

# How somebody came in, for the trail: password (and code), code alone, or straight from the registration.
PASSWORD, CODE, REGISTERED = "password", "code", "registration"


@dataclass(frozen=True)
class Visitor:
    """The holder of an account as plain values that outlive any transaction.

    ``access``: what is open now. ``expires_at``: the last second, None for no end. ``source``: whose row of HR.
    ``synced``: see services.synchronise.Answer.
    """

    account_id: int
    person_id: int
    username: str
    state: str
    access: Access
    id_type: str
    national_code: str
    first_name: str
    last_name: str
    father_name: str
    birth_date: str
    latin_first_name: str
    latin_last_name: str
    mobile: str = field(repr=False)
    personal_email: str = field(repr=False)
    source: str
    entry_uuid: str
    language: str
    extensions: int
    expires_at: dt.datetime | None
    synced_at: dt.datetime | None = None
    synced: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """The name in the audit trail and on operations."""
        return account_operations.subject_of(self.account_id)

    @property
    def person_key(self) -> str:
        """What codes are counted by."""
        return f"{self.id_type}:{self.national_code}"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_permanent(self) -> bool:
        """Whether the account has no end."""
        return self.state == account_states.PERMANENT


def find(account_id: int, settings: Settings) -> Visitor | None:
    """Give the holder of an account that is open now, None for one that is locked, removed or over."""
    found = db.session.execute(
        sa.select(Account, Person).join(Person, Person.id == Account.person_id).where(Account.id == account_id)
    ).first()
    if found is None:
        return None
    account, person = found
    access = access_of(account.state, account.expires_at, clock.now(), settings.policy.grace_days)
    if access is Access.NONE or is_disabled(account):
        return None
    return _visitor(account, person, access)


def enter(account_id: int, how: str, address: str, settings: Settings) -> str:
    """Open a session for somebody who proved to be the holder; give its token, "" where the account is not open."""
    with writing():
        visitor = find(account_id, settings)
        if visitor is None:
            return ""
        throttle.succeeded(throttle_key(visitor.username), address)
        audit.record("profile:login:accepted", visitor.actor, actor=visitor.actor, after={"how": how})
        return sessions.start_of_account(account_id)


def throttle_key(name: str) -> str:
    """Give whom wrong passwords are counted for."""
    return f"profile:{name}"


def _visitor(account: Account, person: Person, access: Access) -> Visitor:
    return Visitor(
        account_id=account.id, person_id=person.id, username=account.username, state=account.state, access=access,
        id_type=person.id_type, national_code=person.national_code, first_name=person.first_name,
        last_name=person.last_name, father_name=person.father_name, birth_date=person.birth_date,
        latin_first_name=account.latin_first_name, latin_last_name=account.latin_last_name, mobile=account.mobile,
        personal_email=account.personal_email, source=account.source, entry_uuid=account.entry_uuid,
        language=account.language, extensions=account.extensions, expires_at=account.expires_at,
        synced_at=account.synced_at, synced=dict(account.synced),
    )  # fmt: skip


def is_disabled(account: Account) -> bool:
    """Say whether the last thing reconciliation made of the entry was to disable it; an undone enabling is one too."""
    if not account.entry_uuid:
        return False
    made = sa.select(Operation.kind, Operation.undo_of).where(
        Operation.subject == f"entry:{account.entry_uuid}", Operation.kind.in_((s.DISABLE, s.ENABLE)),
        Operation.outcome.in_((MADE, ALREADY)),
    )  # fmt: skip
    last = db.session.execute(made.order_by(Operation.id.desc()).limit(1)).first()
    return last is not None and (last.kind == s.DISABLE) is (last.undo_of is None)
