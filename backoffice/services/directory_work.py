"""Carrying out directory operations: a batch is read, decided, written down, made, and stored.

Every step first asks whether it is done already; no change is made to an entry that is not the one the plan was made
from. Source: architecture.md "How a change happens", reliability.md §3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Operation
from backoffice.models.operation import ALREADY, DONE, FAILED, MADE, PENDING, STALE, UNKNOWN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import (
    DirectoryWriter,
    EntryMovedError,
    EntryNow,
    WriteLaterError,
    WriteRefusedError,
)
from backoffice.rules import situations as s
from backoffice.rules.entry_changes import Change, Decision, Verdict, decide, decide_undo, looked_at
from backoffice.services import operations
from backoffice.services.operations import Claimed, Result
from backoffice.settings import Settings

KINDS = frozenset({s.UPDATE, s.DISABLE, s.ENABLE, s.KEY_CHANGE})
BATCH = 50
CHANGED_SINCE = N_("The entry has been changed since the plan was made; nothing was done.")
CHANGED_SINCE_US = N_("Somebody has changed this since; it cannot be taken back.")
GONE = N_("The entry is no longer in the directory.")
NO_ANSWER = N_("The directory did not answer; it is not known yet whether the change was made.")
NOT_REACHED = N_("Waits: %(why)s")


def work(writer: DirectoryWriter, settings: Settings, kinds: Iterable[str] = KINDS) -> list[Result]:
    """Claim and carry out one batch of due operations; give how each ended, [] for none. Faults are stored."""
    claimed = operations.claim(frozenset(kinds), BATCH)
    if not claimed:
        return []
    results = _Batch(writer, settings, claimed).carry_out()
    operations.finish(results)
    return results


@dataclass(frozen=True)
class _Intent:
    operation: Claimed
    entry: EntryNow
    changes: tuple[Change, ...]


class _Batch:
    """Operations claimed together."""

    def __init__(self, writer: DirectoryWriter, settings: Settings, claimed: Sequence[Claimed]) -> None:
        self._writer, self._settings, self._claimed = writer, settings, claimed
        self._results: list[Result] = []

    def carry_out(self) -> list[Result]:
        try:
            now = self._read(self._claimed)
        except DirectoryError as fault:
            return [_later(operation, fault) for operation in self._claimed]
        known = _own_versions(self._claimed)
        intents = [intent for operation in self._claimed if (intent := self._decide(operation, now, known))]
        ours = operations.record_intents((i.operation, [change.kept for change in i.changes]) for i in intents)
        self._make([intent for intent in intents if intent.operation.id in ours])
        return self._results

    def _read(self, claimed: Sequence[Claimed]) -> dict[str, EntryNow]:
        ldap, wanted = self._settings.ldap, [operation.desired["entry_uuid"] for operation in claimed]
        asked = frozenset[str]().union(*(looked_at(o.kind, o.desired, ldap) for o in claimed))
        return self._writer.read(wanted, sorted(asked))

    def _decide(self, operation: Claimed, now: Mapping[str, EntryNow], known: set[tuple[str, str]]) -> _Intent | None:
        """Give what is to be made of the entry; where nothing is, note the result."""
        entry = now.get(operation.desired["entry_uuid"])
        if entry is None:
            self._end(operation, STALE, GONE)
            return None
        decision = _decision(operation, entry, self._settings)
        if decision.verdict == Verdict.ALREADY:
            self._found_done(operation, entry)
        elif decision.verdict == Verdict.MOVED or not _is_as_planned(operation, entry, known):
            self._end(operation, STALE, CHANGED_SINCE_US if operation.undo_of else CHANGED_SINCE)
        else:
            return _Intent(operation, entry, decision.changes)
        return None

    def _found_done(self, operation: Claimed, entry: EntryNow) -> None:
        """Note that it is so already: by our own hand where the intent stands written down, else by somebody else's."""
        if operation.changes:
            self._results.append(Result(operation, DONE, MADE, version=entry.csn, changes=operation.changes))
        else:
            self._end(operation, ALREADY, "")

    def _make(self, intents: Sequence[_Intent]) -> None:
        for number, intent in enumerate(intents):
            try:
                version = self._writer.modify(intent.entry, intent.changes)
            except EntryMovedError:
                self._look_again(intent)
            except WriteRefusedError as fault:
                self._results.append(_failed(intent.operation, fault))
            except DirectoryError as fault:
                # The server is in trouble: what happened to this change is unknown, the others have not begun.
                self._results.append(_interrupted(intent.operation, fault))
                self._results += [_later(rest.operation, fault) for rest in intents[number + 1 :]]
                return
            else:
                self._results.append(_made(intent, version))

    def _look_again(self, intent: _Intent) -> None:
        """Judge an entry that moved between reading and writing, perhaps by a claim of ours that was thought lost."""
        try:
            entry = self._read([intent.operation]).get(intent.operation.desired["entry_uuid"])
        except DirectoryError as fault:
            self._results.append(_later(intent.operation, fault))
            return
        same = entry and decide_undo([change.inverse for change in intent.changes], entry.values)
        if entry and same and same.verdict == Verdict.ALREADY:
            self._results.append(_made(intent, entry.csn))
        else:
            self._end(intent.operation, STALE, CHANGED_SINCE if entry else GONE)

    def _end(self, operation: Claimed, outcome: str, message: str) -> None:
        self._results.append(Result(operation, DONE, outcome, message, changes=[]))


def _decision(operation: Claimed, entry: EntryNow, settings: Settings) -> Decision:
    if operation.undo_of:
        made = [Change.of(kept) for kept in operation.desired["changes"]]
        return decide_undo(made, entry.values)
    desired = operation.desired
    return decide(operation.kind, desired["old"], desired["new"], entry.values, settings.ldap)


def _is_as_planned(operation: Claimed, entry: EntryNow, known: set[tuple[str, str]]) -> bool:
    """Say whether the entry is the one the plan was made from, or is so but for what this very run did to it.

    An undo looks at the values only: what others changed elsewhere in the entry does not concern it.
    """
    planned = operation.desired.get("csn", "")
    return bool(operation.undo_of) or not planned or entry.csn == planned or (operation.subject, entry.csn) in known


def _own_versions(claimed: Sequence[Claimed]) -> set[tuple[str, str]]:
    """Give the versions that finished operations of the same runs left the same entries in."""
    runs = {operation.run_id for operation in claimed if operation.run_id}
    subjects = [operation.subject for operation in claimed]
    made = sa.select(Operation.subject, Operation.version).where(
        Operation.subject.in_(subjects), Operation.run_id.in_(runs), Operation.outcome == MADE
    )
    found = {(subject, version) for subject, version in db.session.execute(made)}
    db.session.rollback()
    return found


def _made(intent: _Intent, version: str) -> Result:
    return Result(intent.operation, DONE, MADE, changes=[change.kept for change in intent.changes], version=version)


def _failed(operation: Claimed, fault: WriteRefusedError) -> Result:
    return Result(operation, DONE, FAILED, fault.message, fault.values, changes=[])


def _interrupted(operation: Claimed, fault: DirectoryError) -> Result:
    if isinstance(fault, WriteLaterError):
        return _later(operation, fault)
    return Result(operation, UNKNOWN, message=NO_ANSWER)


def _later(operation: Claimed, fault: DirectoryError) -> Result:
    """Try again when the directory is well; that is no fault of the operation and does not count."""
    state = UNKNOWN if operation.changes else PENDING
    return Result(operation, state, message=NOT_REACHED, values=fault.because, counts=False)
