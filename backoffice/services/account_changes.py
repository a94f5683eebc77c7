"""Carrying out what the desk wants done to the entry of an account: locked, unlocked, or valid for longer.

What is wanted is looked up at the moment it is done: an act that a later one overtook does nothing.
Source: architecture.md "How a change happens"; mission S38.
"""

from collections.abc import Callable

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Account
from backoffice.models.operation import ALREADY, DONE, FAILED, MADE, PENDING, STALE, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import (
    DirectoryWriter,
    EntryMovedError,
    EntryNow,
    WriteLaterError,
    WriteRefusedError,
)
from backoffice.rules import account_states
from backoffice.rules import situations as s
from backoffice.rules.account_entry import END, generalised_time
from backoffice.rules.entry_changes import Change, Decision, Verdict, attributes_of, decide
from backoffice.services import account_operations, operations
from backoffice.services.directory_work import GONE, NO_ANSWER, NOT_REACHED
from backoffice.services.operations import Claimed, Result
from backoffice.settings import LdapSettings, Settings

OVERTAKEN = N_("A later act on this account replaced this one; nothing was done.")
MOVED = N_("The entry was being changed by somebody else.")


def change(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Result:
    """Carry out one operation. Faults become the result."""
    account = db.session.get_one(Account, operation.desired["account_id"], populate_existing=True)
    wanted = _WANTED[operation.kind](account)
    expiry = generalised_time(account.expires_at) if account.expires_at else ""
    db.session.rollback()
    if not wanted:
        return Result(operation, DONE, STALE, OVERTAKEN, changes=[])
    try:
        return _change(writer, operation, expiry, settings)
    except DirectoryError as fault:
        return _later(operation, fault)


def _change(writer: DirectoryWriter, operation: Claimed, expiry: str, settings: Settings) -> Result:
    ldap, uuid = settings.ldap, operation.desired["entry_uuid"]
    asked = (*attributes_of(ldap), END, *([ldap.attributes.expiry] if ldap.attributes.expiry else []))
    entry = writer.read([uuid], asked).get(uuid)
    if entry is None:
        return Result(operation, DONE, FAILED, GONE, changes=[])
    decision = _decision(operation.kind, entry, expiry, ldap)
    if decision.verdict == Verdict.ALREADY:
        # By our own hand where the intent stands written down, else by somebody else's.
        mine = bool(operation.changes)
        return Result(operation, DONE, MADE if mine else ALREADY, version=entry.csn, changes=operation.changes)
    changes = [one.kept for one in decision.changes]
    if not operations.record_intent(operation, changes):
        return Result(operation, DONE, STALE, OVERTAKEN)
    return _modify(writer, operation, entry, decision.changes)


def _modify(writer: DirectoryWriter, operation: Claimed, entry: EntryNow, changes: tuple[Change, ...]) -> Result:
    kept = [one.kept for one in changes]
    try:
        version = writer.modify(entry, changes)
    except EntryMovedError:
        return Result(operation, PENDING, message=MOVED, changes=kept)
    except WriteRefusedError as fault:
        return Result(operation, DONE, FAILED, fault.message, fault.values, changes=[])
    except WriteLaterError as fault:
        return _later(operation, fault)
    except DirectoryError:
        return Result(operation, UNKNOWN, message=NO_ANSWER, changes=kept)
    return Result(operation, DONE, MADE, version=version, changes=kept)


def _decision(kind: str, entry: EntryNow, expiry: str, ldap: LdapSettings) -> Decision:
    if kind == account_operations.LOCK:
        return decide(s.DISABLE, {}, {}, entry.values, ldap)
    if kind == account_operations.UNLOCK:
        return decide(s.ENABLE, {}, {}, entry.values, ldap)
    named = [name for name in (ldap.attributes.expiry, END) if name]
    held = {name: tuple(entry.values.get(name, ())) for name in named}
    changes = tuple(Change(name, values, (expiry,)) for name, values in held.items() if values != (expiry,))
    return Decision(Verdict.TO_DO, changes) if changes else Decision(Verdict.ALREADY)


def _is_locked(account: Account) -> bool:
    return account.state == account_states.LOCKED


# Kind -> whether the account is still to become so.
_WANTED: dict[str, Callable[[Account], bool]] = {
    account_operations.LOCK: _is_locked,
    account_operations.UNLOCK: lambda account: not _is_locked(account),
    account_operations.EXTEND: lambda account: account.expires_at is not None,
}


def _later(operation: Claimed, fault: DirectoryError) -> Result:
    state = UNKNOWN if operation.changes else PENDING
    return Result(operation, state, message=NOT_REACHED, values=fault.because, counts=False)
