"""Making an account anew whose entry vanished from the directory, after somebody approved it.

The same user name, the data of HR and of our register, no password: the person chooses one by a code to the mobile, as
whoever forgot it does, so that the account is one of ours from then on. The link follows when the entry is there.
Source: reconciliation.md TARGET_GONE; architecture.md "How a change happens".
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Account, Case, Link, Operation
from backoffice.models.operation import DONE, MADE, OPEN, PARKED, PENDING, STALE
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.directory_write import DirectoryWriter, EntryNow
from backoffice.rules.account_entry import permanent_dn
from backoffice.rules.account_states import PERMANENT
from backoffice.rules.case_states import RECREATE, RESOLVED
from backoffice.rules.entry_changes import UUID
from backoffice.rules.errors import RefusedError
from backoffice.services import account_creation, audit, cases, recreation_fields
from backoffice.services.account_creation import Made
from backoffice.services.account_operations import RECREATE as KIND
from backoffice.services.account_operations import URGENT
from backoffice.services.accounts import OBSERVING
from backoffice.services.case_claims import open_again
from backoffice.services.operations import Claimed, Result
from backoffice.settings import Settings

RULE, ORIGIN = "recreated", "desk"
NOT_ACTIVE = N_("The newest HR file does not have this person as active; no account is made.")
LINK_ENDED = N_("The link to the account has ended meanwhile; nothing was done.")
BAD_NAME = N_("The user name %(username)s cannot be given to a new account.")
TEMPORARY = N_("This was a temporary account; the person registers again.")
UNDER_WAY = N_("The account is being made; please wait until that has ended.")
MADE_ALREADY = N_("The account has been made; what is wrong with it is put right there.")


def request(session: Session, case: Case, link_id: int, actor: str, settings: Settings) -> int:
    """Queue the making in the caller's transaction; give the operation's id. Raises RefusedError where it must not be.

    Asked while it is under way, it is refused.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    link = session.get(Link, link_id, with_for_update=True, populate_existing=True)
    if link is None or link.ended_at is not None:
        raise RefusedError(LINK_ENDED)
    refuse_under_way(session, link.id)
    account = _account(session, link.entry_uuid)
    if account and account.expires_at is not None:
        raise RefusedError(TEMPORARY)
    row = recreation_fields.active_row(session, link.person, link.source)
    if row is None:
        raise RefusedError(NOT_ACTIVE)
    wanted = recreation_fields.gather(session, link, row)
    try:
        permanent_dn(wanted["username"], settings.ldap, settings.ldap_base_dn)
    except ValueError:
        raise RefusedError(BAD_NAME, {"username": wanted["username"]}) from None
    now = clock.now()
    operation = Operation(
        kind=KIND, subject=_subject(link.id), source=link.source or None, directory=MAIN_DIRECTORY,
        desired={"entry_uuid": link.entry_uuid, "link_id": link.id, "case_id": case.id, "fields": wanted},
        state=PENDING, not_before=now, priority=URGENT, requested_by=actor, created_at=now,
    )  # fmt: skip
    session.add(operation)
    session.flush()
    return operation.id


def refuse_under_way(session: Session, link_id: int) -> None:
    """Raise RefusedError while the account of a link is being made."""
    question = sa.select(Operation.id).where(Operation.subject == _subject(link_id), Operation.state.in_(OPEN))
    if session.scalar(question.limit(1)):
        raise RefusedError(UNDER_WAY)


def newest(link_id: int) -> Operation | None:
    """Give the newest making of the account of a link, None where there was none."""
    question = sa.select(Operation).where(Operation.subject == _subject(link_id), Operation.kind == KIND)
    return db.session.scalar(question.order_by(Operation.id.desc()).limit(1))


def cancel(session: Session, operation_id: int) -> None:
    """Take the making back that has not begun. Raises RefusedError for one that has, or that is done."""
    row = session.get_one(Operation, operation_id, with_for_update=True, populate_existing=True)
    if row.state == PENDING:
        row.state, row.outcome, row.detail, row.values, row.finished_at = DONE, STALE, LINK_ENDED, {}, clock.now()
    elif row.state in OPEN:
        raise RefusedError(UNDER_WAY)
    elif row.outcome == MADE:
        raise RefusedError(MADE_ALREADY)


def carry_out(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Made:
    """Make the entry unless the link has ended meanwhile. Faults become the result."""
    ended = sa.select(Link.id).where(Link.id == operation.desired["link_id"], Link.ended_at.is_(None))
    is_living = db.session.scalar(ended) is not None
    db.session.rollback()
    if not is_living:
        return Made(Result(operation, DONE, STALE, LINK_ENDED))
    return account_creation.create_again(writer, operation, settings)


def store(session: Session, row: Operation, made: Made) -> None:
    """Let our register follow: the link goes to the new entry, or the case is open again where it cannot be made."""
    if row.state == DONE and row.outcome == MADE and made.entry is not None:
        _follow(session, row, made)
    elif row.state == PARKED:
        _open_again(session, row)


def _follow(session: Session, row: Operation, made: Made) -> None:
    entry, now = made.entry, clock.now()
    assert entry is not None
    old = session.get_one(Link, row.desired["link_id"], with_for_update=True)
    uuid = entry.values[UUID][0]
    if old.ended_at is not None:
        return
    old.ended_at = now
    session.add(Link(
        person_id=old.person_id, source=old.source, personnel_number=old.personnel_number, directory=MAIN_DIRECTORY,
        entry_uuid=uuid, dn=entry.dn, username=old.username, rule=RULE, origin=ORIGIN, created_at=now,
    ))  # fmt: skip
    _take_care(session, row, old, entry)
    case_id = row.desired["case_id"]
    audit.record(
        "account:entry:recreated", f"person:{old.person_id}", actor=row.requested_by, reason=cases.subject_of(case_id),
        before={"entry_uuid": old.entry_uuid}, after={"entry_uuid": uuid, "operation": row.id},
    )  # fmt: skip


def _take_care(session: Session, row: Operation, old: Link, entry: EntryNow) -> None:
    """Let our account follow, or become ours, so that its holder can choose a password."""
    known = sa.select(Account).where(Account.username == old.username, Account.person_id == old.person_id)
    account = _account(session, old.entry_uuid) or session.scalar(known)
    values, now = row.desired["fields"], clock.now()
    if account is None and session.scalar(sa.select(Account.id).where(Account.username == old.username)):
        return
    if account is None:
        account = Account(
            person_id=old.person_id, username=old.username, source=old.source, created_at=now, ready_at=now,
            latin_first_name=values["latin_first_name"], latin_last_name=values["latin_last_name"],
        )  # fmt: skip
        session.add(account)
    account.state, account.expires_at = PERMANENT, None
    account.entry_uuid, account.dn = entry.values[UUID][0], entry.dn
    account.mobile = account.mobile or values["mobile"]


def _open_again(session: Session, row: Operation) -> None:
    case = session.get(Case, row.desired["case_id"], with_for_update=True, populate_existing=True)
    after = {"operation": row.id, "why": row.detail}
    if case is not None and (case.state, case.verdict) == (RESOLVED, RECREATE):
        open_again(case)
    audit.record("account:entry:stuck", cases.subject_of(row.desired["case_id"]), actor=row.requested_by, after=after)


def _account(session: Session, entry_uuid: str) -> Account | None:
    """Give the account of ours with this entry."""
    return session.scalar(sa.select(Account).where(Account.entry_uuid == entry_uuid).limit(1))


def _subject(link_id: int) -> str:
    return f"link:{link_id}"
