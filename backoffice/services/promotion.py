"""From temporary to permanent: the intent, and what follows in our register once the directory has followed.

The entry keeps its entryUUID and its password; user name, place and attributes change. Source: issue "From temporary
to permanent" 5; mission S27, S30; architecture.md "How a change happens".
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account, Link, Operation, PermanentRequest, Person
from backoffice.models.operation import DONE, MADE, PARKED, PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import account_states, memberships
from backoffice.rules import request_states as states
from backoffice.rules.account_entry import permanent_dn
from backoffice.rules.errors import RefusedError
from backoffice.services import account_operations, audit, mailboxes, recreation_fields, request_claims, user_names
from backoffice.services.account_creation import Made
from backoffice.services.account_operations import URGENT
from backoffice.services.permanent_requests import record, subject_of
from backoffice.services.request_messages import address_of
from backoffice.settings import Settings

BAD_NAME = N_("The user name %(username)s cannot be given to a new account.")
NOT_ACTIVE = N_("The newest HR file does not have this person as active.")
NOT_FAILED = N_("There is nothing to try again.")
ENTRY = "entry"


def begin(session: Session, request: PermanentRequest, actor: str, settings: Settings) -> int:
    """Queue the change of an approved request in the caller's transaction; give the operation's id.

    Raises RefusedError where HR has the person no more, or for a name that has no place in a DN.
    """
    account = session.get_one(Account, request.account_id)
    wanted, groups = _wanted(session, request, account, settings)
    try:
        permanent_dn(request.username, settings.ldap, settings.ldap_base_dn)
    except ValueError:
        raise RefusedError(BAD_NAME, {"username": request.username}) from None
    states.check_step(request.state, states.PROVISIONING)
    request.state = states.PROVISIONING
    now = clock.now()
    operation = Operation(
        kind=account_operations.PROMOTE, subject=subject_of(request.id), source=account.source or None,
        directory=MAIN_DIRECTORY, state=PENDING, not_before=now, priority=URGENT, requested_by=actor, created_at=now,
        desired={
            "entry_uuid": account.entry_uuid, "request_id": request.id, "fields": wanted, "groups": list(groups),
            "before": [account.dn, account.username], "had_mailbox": bool(request.mailbox),
        },
    )  # fmt: skip
    session.add(operation)
    session.flush()
    return operation.id


def try_again(request_id: int, *, actor: str, settings: Settings) -> None:
    """Queue the change of a request anew that could not be carried out. Raises RefusedError."""
    with writing() as session:
        request = request_claims.claimed(session, request_id)
        if request.state != states.FAILED:
            raise RefusedError(NOT_FAILED)
        states.check_step(request.state, states.APPROVED)
        request.state, request.note = states.APPROVED, ""
        record(request, "tried_again", actor, states.FAILED)
        begin(session, request, actor, settings)


def store(session: Session, row: Operation, made: Made, settings: Settings) -> None:
    """Let our register follow: account and link have the new name, or the desk hears that it cannot be done."""
    request = session.get_one(PermanentRequest, row.desired["request_id"], with_for_update=True)
    if request.state != states.PROVISIONING:
        return
    if row.state == DONE and row.outcome == MADE and made.entry is not None:
        _follow(session, request, row, made, settings)
    elif row.state in (DONE, PARKED):
        _fail(request, row)


def _follow(session: Session, request: PermanentRequest, row: Operation, made: Made, settings: Settings) -> None:
    entry = made.entry
    assert entry is not None
    account = session.get_one(Account, request.account_id, with_for_update=True)
    before = {"username": account.username, "state": account.state, "dn": account.dn}
    account.username, account.dn = request.username, entry.dn
    account.state, account.expires_at = account_states.PERMANENT, None
    named = {"username": request.username, "dn": entry.dn}
    groups = row.desired.get("groups", [])
    of_entry = Link.entry_uuid == account.entry_uuid, Link.ended_at.is_(None)
    # Whom no file had when another site's account was taken in has a source by now.
    source = sa.case((Link.source == "", account.source), else_=Link.source)
    session.execute(sa.update(Link).where(*of_entry).values(source=source, **named))
    user_names.keep_for_ever(session, request.username, request.id)
    audit.record(
        "account:permanent:made", account_operations.subject_of(account.id), actor=row.requested_by, before=before,
        after={**named, "state": account.state, "operation": row.id, **({"groups": groups} if groups else {})},
    )  # fmt: skip
    request.steps = {**request.steps, ENTRY: clock.now().isoformat()}
    mailboxes.begin(session, request, row, settings)


def _fail(request: PermanentRequest, row: Operation) -> None:
    request.state, request.note = states.FAILED, row.detail % row.values if row.values else row.detail
    record(request, "failed", row.requested_by, states.PROVISIONING, request.note)


def _wanted(
    session: Session, request: PermanentRequest, account: Account, settings: Settings
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give PERMANENT_FIELDS of the account, "" where nothing is known, and its groups.

    HR's data, and the names the person gave. Raises RefusedError where HR does not have the person as active.
    """
    person = session.get_one(Person, account.person_id)
    row = recreation_fields.active_row(session, person, account.source)
    if row is None:
        raise RefusedError(NOT_ACTIVE)
    kind = str(row.values.get("person_kind") or "")
    fields = recreation_fields.of_hr(person, row) | {
        "username": request.username,
        "latin_first_name": account.latin_first_name, "latin_last_name": account.latin_last_name,
        "latin_full_name": f"{account.latin_first_name} {account.latin_last_name}".strip(),
        "mobile": account.mobile, "mail": address_of(request.username, settings),
    }  # fmt: skip
    return fields, memberships.groups_of(kind, settings.ldap, settings.ldap_base_dn)
