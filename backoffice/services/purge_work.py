"""Carrying out the deletion of a temporary account: read, judged anew, written down, deleted.

Never anything but the entry the proposal was about, and never a permanent one. Source: reliability.md §3; mission S38.
"""

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Account
from backoffice.models.operation import ALREADY, DONE, FAILED, MADE, PENDING, STALE, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import DirectoryWriter, EntryMovedError, WriteLaterError, WriteRefusedError
from backoffice.rules import purging
from backoffice.rules.account_entry import END
from backoffice.rules.account_states import PURGING
from backoffice.rules.entry_changes import CSN, UUID, Change
from backoffice.services import operations
from backoffice.services.account_changes import MOVED, OVERTAKEN
from backoffice.services.directory_work import NO_ANSWER, NOT_REACHED
from backoffice.services.operations import Claimed, Result
from backoffice.settings import LdapSettings, Settings

NOT_TEMPORARY = N_("The entry is not that of a temporary account whose time was over long ago; it was left alone.")


def carry_out(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Result:
    """Carry out one operation. Faults become the result."""
    account = db.session.get_one(Account, operation.desired["account_id"], populate_existing=True)
    state, username = account.state, account.username
    db.session.rollback()
    if state != PURGING:
        return Result(operation, DONE, STALE, OVERTAKEN, changes=[])
    try:
        return _delete(writer, operation, username, settings)
    except DirectoryError as fault:
        return _not_done(operation, fault)


def _delete(writer: DirectoryWriter, operation: Claimed, username: str, settings: Settings) -> Result:
    uuid = operation.desired["entry_uuid"]
    entry = writer.read([uuid], _asked(settings.ldap)).get(uuid) if uuid else None
    if entry is None:
        # By our own hand where the intent stands written down, else by somebody else's, or there never was one.
        return Result(operation, DONE, MADE if operation.changes else ALREADY, changes=operation.changes)
    if not purging.is_temporary(entry.dn, entry.values, username, clock.now(), settings.ldap, settings.ldap_base_dn):
        return Result(operation, DONE, FAILED, NOT_TEMPORARY, changes=[])
    changes = [Change("dn", (entry.dn,)).kept]
    if not operations.record_intent(operation, changes):
        return Result(operation, DONE, STALE, OVERTAKEN)
    try:
        writer.remove(entry)
    except WriteLaterError as fault:
        return Result(operation, PENDING, message=NOT_REACHED, values=fault.because, changes=[], counts=False)
    except (EntryMovedError, WriteRefusedError):
        raise
    except DirectoryError:
        return Result(operation, UNKNOWN, message=NO_ANSWER, changes=changes)
    return Result(operation, DONE, MADE, changes=changes)


def _not_done(operation: Claimed, fault: DirectoryError) -> Result:
    if isinstance(fault, EntryMovedError):
        return Result(operation, PENDING, message=MOVED)
    if isinstance(fault, WriteRefusedError):
        return Result(operation, DONE, FAILED, fault.message, fault.values, changes=[])
    state = UNKNOWN if operation.changes else PENDING
    return Result(operation, state, message=NOT_REACHED, values=fault.because, counts=False)


def _asked(ldap: LdapSettings) -> tuple[str, ...]:
    attributes = ldap.attributes
    named = (attributes.username, attributes.mail, attributes.expiry)
    return (END, UUID, CSN, *(name for name in named if name))
