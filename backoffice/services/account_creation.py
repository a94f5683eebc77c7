"""Making the directory entry of an account: looked for first, made once, never over somebody else's.

Source: architecture.md "How a change happens"; reliability.md §3 (lost answers, result 68); contract.md "Expiry".
"""

from collections.abc import Callable
from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.models.operation import ALREADY, DONE, MADE, PARKED, PENDING, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import (
    DirectoryWriter,
    EntryMovedError,
    EntryNow,
    WriteLaterError,
    WriteRefusedError,
)
from backoffice.ports.seal import SealError
from backoffice.rules import fields
from backoffice.rules.account_entry import (
    END,
    PASSWORD,
    Attributes,
    is_same,
    permanent_dn,
    permanent_entry,
    temporary_dn,
    temporary_entry,
    written,
)
from backoffice.services import account_secrets
from backoffice.services.directory_work import NO_ANSWER, NOT_REACHED
from backoffice.services.operations import HELD_PAUSE, Claimed, Result
from backoffice.settings import LdapSettings, Settings

TAKEN = N_("The directory has another entry with this name already; it was not touched.")
TAKEN_ELSEWHERE = N_("The directory refuses the user name: another entry has it already.")
NOT_ENFORCED = N_("The directory has no pwdEndTime (the ppolicy overlay is missing), so no account would ever end.")
NO_BRANCH = N_("The branch of these accounts is not in the directory.")
CODE_ELSEWHERE = N_("Another entry of the directory has the national code of this person: %(dn)s")
NAME_ELSEWHERE = N_("Another entry of the directory has the user name of this person: %(dn)s")
BACK = N_("The account is in the directory again; none was made.")
_ALREADY_EXISTS, _CONSTRAINT, _NO_RIGHT = 68, 19, 50


@dataclass(frozen=True)
class Made:
    """What came of one try; ``entry`` where the account has its entry now."""

    result: Result
    entry: EntryNow | None = None


def create(writer: DirectoryWriter, operation: Claimed, sealed: str, settings: Settings) -> Made:
    """Make the entry of a ``create_temporary`` operation, or find that it is made. Faults become the result."""
    held = operation.desired
    making = _Creation(writer, operation, settings, temporary_dn(held["fields"]["username"], *_place(settings)))

    def carry_out() -> Made:
        if not writer.knows(END):
            return making.held(NOT_ENFORCED)
        wanted = temporary_entry(held["fields"], settings.ldap, writer.knows)
        return making.carry_out(wanted, lambda: account_secrets.unseal(sealed, held["tracking_code"], settings))

    return _with_faults(operation, carry_out)


def create_again(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Made:
    """Make an entry that vanished anew, without a password, or find that it is made. Faults become the result.

    Where another entry has its user name or national code it parks; where the old one is back nothing is made.
    """
    held = operation.desired
    making = _Creation(writer, operation, settings, permanent_dn(held["fields"]["username"], *_place(settings)))

    def carry_out() -> Made:
        if writer.read([held["entry_uuid"]], ()):
            return Made(Result(operation, DONE, ALREADY, BACK))
        return making.carry_out(permanent_entry(held["fields"], settings.ldap, writer.knows), checked=True)

    return _with_faults(operation, carry_out)


def _place(settings: Settings) -> tuple[LdapSettings, str]:
    return settings.ldap, settings.ldap_base_dn


def _with_faults(operation: Claimed, carry_out: Callable[[], Made]) -> Made:
    try:
        return carry_out()
    except (WriteLaterError, DirectoryError) as fault:
        return Made(_later(operation, fault))


class _Creation:
    """One try at one entry."""

    def __init__(self, writer: DirectoryWriter, operation: Claimed, settings: Settings, dn: str) -> None:
        self._writer, self._operation, self._settings, self._dn = writer, operation, settings, dn

    def carry_out(
        self, wanted: Attributes, secret: Callable[[], bytes] | None = None, *, checked: bool = False
    ) -> Made:
        """Look, then make. ``secret`` gives the password; ``checked``: whether the codes are looked up before."""
        found = self._writer.find(self._dn, tuple(wanted))
        if found is not None:
            return self._judge(found, wanted)
        if checked and (other := self._elsewhere()):
            return self._parked(*other)
        try:
            password = {PASSWORD: (secret(),)} if secret else {}
        except SealError as fault:
            return self._parked(fault.message)
        return self._add(wanted, password)

    def held(self, message: str) -> Made:
        """Wait for what a person has to repair first."""
        return Made(Result(self._operation, PENDING, message=message, counts=False, pause=HELD_PAUSE))

    def _elsewhere(self) -> tuple[str, dict[str, object]] | None:
        """Say which other entry stands in the way, None where none does."""
        ldap, values = self._settings.ldap, self._operation.desired["fields"]
        for field, message in (("username", NAME_ELSEWHERE), (fields.NATIONAL_CODE, CODE_ELSEWHERE)):
            attribute = str(getattr(ldap.attributes, field))
            value = written(field, values[field], ldap)
            if found := self._writer.having(attribute, value) if attribute else []:
                return message, {"dn": found[0].dn}
        return None

    def _add(self, wanted: Attributes, password: dict[str, tuple[bytes]]) -> Made:
        try:
            self._writer.add(self._dn, {**wanted, **password})
        except EntryMovedError:
            return self.held(NO_BRANCH)
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


def _later(operation: Claimed, fault: DirectoryError) -> Result:
    """Try again when the directory is well; that is no fault of the operation and does not count."""
    return Result(operation, PENDING, message=NOT_REACHED, values=fault.because, counts=False)
