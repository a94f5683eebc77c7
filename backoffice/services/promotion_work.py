"""Carrying out a promotion in the directory: the entry is moved to its new name, then given what a permanent one has.

Each part is looked for before it is made, so that a try that was cut off anywhere goes on where it was. The end of the
account is taken away last: until then the server still enforces it. Source: architecture.md "How a change happens".
"""

import datetime as dt
from collections.abc import Sequence

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
from backoffice.ports.transport import TransportError
from backoffice.rules import distinguished_name, fields, promotion
from backoffice.rules.account_entry import Attributes, permanent_dn, permanent_entry, written
from backoffice.rules.entry_changes import UUID
from backoffice.rules.memberships import Member
from backoffice.services import mailbox_names, operations, promotion_groups
from backoffice.services.account_changes import MOVED, OVERTAKEN
from backoffice.services.account_creation import CODE_ELSEWHERE, NAME_ELSEWHERE, TAKEN, TAKEN_ELSEWHERE, Made
from backoffice.services.directory_work import GONE, NO_ANSWER, NOT_REACHED
from backoffice.services.operations import HELD_PAUSE, Claimed, Result
from backoffice.services.promotion_groups import Step
from backoffice.settings import Settings

MAILBOX_ELSEWHERE = N_("There is a mailbox %(username)s at a mail server already; somebody has to see whose it is.")
MAIL_PAUSE = dt.timedelta(minutes=1)
# Entry, old name in groups, new name in groups, and a look at all.
PASSES = 4
_ALREADY_EXISTS, _CONSTRAINT, _NO_RIGHT = 68, 19, 50


def carry_out(writer: DirectoryWriter, operation: Claimed, settings: Settings) -> Made:
    """Make the entry of a ``promote`` operation permanent, or find that it is. Faults become the result."""
    try:
        return _Promotion(writer, operation, settings).carry_out()
    except EntryMovedError:
        return Made(Result(operation, PENDING, message=MOVED))
    except WriteRefusedError as fault:
        return Made(_refused(operation, fault))
    except WriteLaterError as fault:
        return Made(Result(operation, PENDING, message=NOT_REACHED, values=fault.because, counts=False))
    except TransportError as fault:
        # Asked before anything was changed.
        return Made(Result(operation, PENDING, "", fault.message, fault.values, counts=False, pause=MAIL_PAUSE))
    except DirectoryError as fault:
        # Nobody knows how far it got; the next try looks first.
        return Made(Result(operation, UNKNOWN, message=NO_ANSWER, values=fault.because, counts=False))


class _Promotion:
    """One try at one entry."""

    def __init__(self, writer: DirectoryWriter, operation: Claimed, settings: Settings) -> None:
        self._writer, self._operation, self._settings = writer, operation, settings
        self._values: dict[str, str] = operation.desired["fields"]
        self._dn = permanent_dn(self._values["username"], settings.ldap, settings.ldap_base_dn)
        self._groups: list[str] = operation.desired.get("groups", [])
        self._before = Member(*operation.desired.get("before", ("", "")))

    def carry_out(self) -> Made:
        wanted = permanent_entry(self._values, self._settings.ldap, self._writer.knows)
        entry = self._read(wanted)
        if entry is None:
            return self._parked(GONE)
        if not self._is_there(entry):
            if other := self._in_the_way() or self._mailbox_in_the_way() or self._group_missing():
                return self._parked(*other)
            if not operations.record_intent(self._operation, [{"rename": [entry.dn, self._dn]}]):
                return Made(Result(self._operation, DONE, message=OVERTAKEN))
            self._writer.rename(entry.dn, self._dn)
            entry = self._read(wanted)
        return self._complete(entry, wanted)

    def _complete(self, entry: EntryNow | None, wanted: Attributes) -> Made:
        """Give the entry at its place what is missing, and look whether it is as it should be."""
        for _ in range(PASSES):
            if entry is None or not self._is_there(entry):
                return Made(Result(self._operation, PENDING, message=MOVED))
            changes = promotion.changes(wanted, entry.values, self._settings.ldap, self._writer.knows)
            steps = [Step(entry, changes)] if changes else self._group_steps()
            if not steps:
                return Made(Result(self._operation, DONE, MADE, version=entry.csn), entry)
            if not operations.record_intent(self._operation, _written_down(steps)):
                return Made(Result(self._operation, DONE, message=OVERTAKEN))
            for step in steps:
                self._writer.modify(step.entry, step.changes)
            entry = self._read(wanted)
        return Made(Result(self._operation, UNKNOWN, message=NO_ANSWER))

    def _group_steps(self) -> list[Step]:
        now = Member(self._dn, self._values["username"])
        return promotion_groups.steps(self._writer, self._before, now, self._groups)

    def _read(self, wanted: Attributes) -> EntryNow | None:
        uuid = self._operation.desired["entry_uuid"]
        asked = promotion.attributes_of(wanted, self._settings.ldap)
        return self._writer.read([uuid], asked).get(uuid)

    def _is_there(self, entry: EntryNow) -> bool:
        return distinguished_name.normal(entry.dn) == distinguished_name.normal(self._dn)

    def _in_the_way(self) -> tuple[str, dict[str, object]] | None:
        """Say which other entry has the name, the address or the code; None where none does."""
        own, ldap = self._operation.desired["entry_uuid"], self._settings.ldap
        if self._writer.find(self._dn, ()):
            return TAKEN, {}
        messages = {"username": NAME_ELSEWHERE, "mail": NAME_ELSEWHERE, fields.NATIONAL_CODE: CODE_ELSEWHERE}
        for field, message in messages.items():
            attribute, value = str(getattr(ldap.attributes, field)), self._values[field]
            found = self._writer.having(attribute, written(field, value, ldap)) if attribute and value else []
            if others := [entry for entry in found if entry.values.get(UUID, ("",))[0] != own]:
                return message, {"dn": others[0].dn}
        return None

    def _mailbox_in_the_way(self) -> tuple[str, dict[str, object]] | None:
        """Say whether somebody has a mailbox of a freely chosen name already. Raises TransportError."""
        name = self._values["username"]
        if self._operation.desired.get("had_mailbox") or not mailbox_names.is_somebodys(name, self._settings):
            return None
        return MAILBOX_ELSEWHERE, {"username": name}

    def _group_missing(self) -> tuple[str, dict[str, object]] | None:
        return promotion_groups.missing(self._writer, self._groups)

    def _parked(self, message: str, values: dict[str, object] | None = None) -> Made:
        return Made(Result(self._operation, PARKED, PARKED, message, dict(values or {})))


def _written_down(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Give the changes as operations keep them; those of a group with its DN."""
    return [{"dn": step.entry.dn, **change.kept} for step in steps for change in step.changes]


def _refused(operation: Claimed, fault: WriteRefusedError) -> Result:
    if fault.result == _NO_RIGHT:
        return Result(operation, PENDING, "", fault.message, fault.values, None, "", False, HELD_PAUSE)
    if fault.result in (_ALREADY_EXISTS, _CONSTRAINT):
        return Result(operation, PARKED, PARKED, TAKEN_ELSEWHERE)
    return Result(operation, PARKED, PARKED, fault.message, fault.values)
