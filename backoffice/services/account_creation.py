"""Making the directory entry of a temporary account: looked for first, made once, never over somebody else's.

Source: architecture.md "How a change happens"; reliability.md §3 (lost answers, result 68); contract.md "Expiry".
"""

from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.models.operation import DONE, MADE, PARKED, PENDING, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import (
    DirectoryWriter,
    EntryMovedError,
    EntryNow,
    WriteLaterError,
    WriteRefusedError,
)
from backoffice.ports.seal import SealError
from backoffice.rules.account_entry import END, PASSWORD, Attributes, is_same, temporary_dn, temporary_entry
from backoffice.services import account_secrets
from backoffice.services.directory_work import NO_ANSWER, NOT_REACHED
from backoffice.services.operations import HELD_PAUSE, Claimed, Result
from backoffice.settings import Settings

TAKEN = N_("The directory has another entry with this name already; it was not touched.")
TAKEN_ELSEWHERE = N_("The directory refuses the user name: another entry has it already.")
NOT_ENFORCED = N_("The directory has no pwdEndTime (the ppolicy overlay is missing), so no account would ever end.")
NO_BRANCH = N_("The branch of the temporary accounts is not in the directory.")
_ALREADY_EXISTS, _CONSTRAINT, _NO_RIGHT = 68, 19, 50


@dataclass(frozen=True)
class Made:
    """What came of one try; ``entry`` where the account has its entry now."""

    result: Result
    entry: EntryNow | None = None


def create(writer: DirectoryWriter, operation: Claimed, sealed: str, settings: Settings) -> Made:
    """Make the entry of a ``create_temporary`` operation, or find that it is made. Faults become the result."""
    try:
        return _Creation(writer, operation, settings).carry_out(sealed)
    except (WriteLaterError, DirectoryError) as fault:
        return Made(_later(operation, fault))


class _Creation:
    """One try at one entry."""

    def __init__(self, writer: DirectoryWriter, operation: Claimed, settings: Settings) -> None:
        self._writer, self._operation, self._settings = writer, operation, settings
        self._dn = temporary_dn(operation.desired["fields"]["username"], settings.ldap, settings.ldap_base_dn)

    def carry_out(self, sealed: str) -> Made:
        if not self._writer.knows(END):
            return self._held(NOT_ENFORCED)
        wanted = temporary_entry(self._operation.desired["fields"], self._settings.ldap, self._writer.knows)
        found = self._writer.find(self._dn, tuple(wanted))
        if found is not None:
            return self._judge(found, wanted)
        try:
            password = account_secrets.unseal(sealed, self._operation.desired["tracking_code"], self._settings)
        except SealError as fault:
            return self._parked(fault.message)
        return self._add(wanted, password)

    def _add(self, wanted: Attributes, password: bytes) -> Made:
        try:
            self._writer.add(self._dn, {**wanted, PASSWORD: (password,)})
        except EntryMovedError:
            return self._held(NO_BRANCH)
        except WriteLaterError:
            raise
        except WriteRefusedError as fault:
            return self._refused(fault, wanted)
        except DirectoryError:
            # Nobody knows whether it was made; the next try looks first.
            return Made(Result(self._operation, UNKNOWN, message=NO_ANSWER))
        found = self._writer.find(self._dn, tuple(wanted))
        return self._judge(found, wanted) if found else Made(Result(self._operation, UNKNOWN, message=NO_ANSWER))

    def _refused(self, fault: WriteRefusedError, wanted: Attributes) -> Made:
        if fault.result == _NO_RIGHT:
            return Made(Result(self._operation, PENDING, "", fault.message, fault.values, None, "", False, HELD_PAUSE))
        if fault.result == _CONSTRAINT:
            return self._parked(TAKEN_ELSEWHERE)
        found = self._writer.find(self._dn, tuple(wanted)) if fault.result == _ALREADY_EXISTS else None
        return self._judge(found, wanted) if found else self._parked(fault.message, fault.values)

    def _judge(self, found: EntryNow, wanted: Attributes) -> Made:
        if not is_same(wanted, found.values, self._settings.ldap):
            return self._parked(TAKEN)
        return Made(Result(self._operation, DONE, MADE, version=found.csn), found)

    def _parked(self, message: str, values: dict[str, object] | None = None) -> Made:
        return Made(Result(self._operation, PARKED, PARKED, message, dict(values or {})))

    def _held(self, message: str) -> Made:
        return Made(Result(self._operation, PENDING, message=message, counts=False, pause=HELD_PAUSE))


def _later(operation: Claimed, fault: DirectoryError) -> Result:
    """Try again when the directory is well; that is no fault of the operation and does not count."""
    return Result(operation, PENDING, message=NOT_REACHED, values={"why": str(fault)}, counts=False)
