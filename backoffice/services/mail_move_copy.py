"""Copying one folder: what the ledger does not have yet is fetched, written down as begun, stored, and noted.

The order is what makes a killed run resume without loss or doubling: a message is in the ledger, with its hash, before
it is sent; the new server's next UID of before that is the fence. What lies at or above the fence and is not in the
ledger is compared with what was begun: so it is known what arrived, also where the server names no UIDs.
Source: issue "Mail moves" 1; reliability.md §3.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from backoffice.i18n import N_
from backoffice.models import MoveFolder
from backoffice.models.mail_move import AGAIN, REFUSED, SENDING
from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_content import Content
from backoffice.ports.imap_faults import LostConnectionError
from backoffice.ports.imap_session import Session
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_ahead import ahead
from backoffice.services.mail_move_flags import bring_flags
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_ledger import Entry, Holder
from backoffice.services.mail_move_meet import forget_gone, meet_target, note_source, recognise
from backoffice.services.mail_move_settle import MOST_LOST, settle
from backoffice.services.mail_move_store import Parcel, Store
from backoffice.settings.services import MailMoveSettings

TOO_LARGE = N_("The message is larger than %(largest)d MB.")
EMPTY = N_("The message has no content; mail servers do not store such a message.")
NOT_GIVEN = N_("The old mail server lists this message, but does not give it as it describes it.")
NOT_FETCHED = N_("Whenever this message is asked for, the old mail server closes the connection.")


class _LostWhileFetchingError(Exception):
    def __init__(self, batch: list[Described], fault: LostConnectionError) -> None:
        super().__init__()
        self.batch, self.fault = batch, fault


@dataclass
class Copier:
    """Copies the folders of one move."""

    old: Session
    new: Session
    holder: Holder
    settings: MailMoveSettings

    @cached_property
    def listed(self) -> frozenset[str]:
        """The folders that the old server has now."""
        return frozenset(folder.name for folder in self.old.folders() if folder.is_selectable)

    def copy(self, folder: MoveFolder, *, with_flags: bool = False) -> None:
        """Bring over what is missing; ``with_flags``: also flags that changed since. Raises TransportError."""
        _Folder(self, folder).copy(with_flags=with_flags)


class _Folder:
    def __init__(self, copier: Copier, folder: MoveFolder) -> None:
        self.copier, self.old, self.new, self.holder = copier, copier.old, copier.new, copier.holder
        self.at = OpenFolder(
            copier.old, copier.new, copier.holder, copier.settings, folder.id, folder.name, folder.target,
            folder.validity, folder.fence, folder.target_validity,
        )  # fmt: skip
        # What the old server lists, but does not give.
        self.absent: set[int] = set()

    def copy(self, *, with_flags: bool) -> None:
        meet_target(self.at)
        described, validity = self._described()
        settle(self.at)
        if self.at.validity and self.at.validity != validity:
            recognise(self.at, described, validity)
        note_source(self.at, described, validity)
        known = ledger.entries(self.at.id, self.at.validity)
        forget_gone(self.at, known, {one.uid for one in described})
        waiting = [one for one in described if one.uid not in known or known[one.uid].state == AGAIN]
        try:
            self._bring_all(waiting, known)
        except _LostWhileFetchingError as lost:
            self._count_not_fetched(lost.batch, known)
            raise lost.fault from None
        if with_flags:
            self._refuse_absent(known)
            bring_flags(self.at, described, known)

    def _described(self) -> tuple[list[Described], int]:
        """Give the messages of the folder at the old server, none where it was deleted, and its UIDVALIDITY."""
        if self.at.name not in self.copier.listed:
            return [], self.at.validity
        found = self.old.select(self.at.name)
        uids = self.old.uids() if found.messages else []
        described = self.old.describe(uids)
        self.absent = set(uids) - {one.uid for one in described}
        return described, found.validity

    def _bring_all(self, waiting: list[Described], known: dict[int, Entry]) -> None:
        lost = {uid for uid, entry in known.items() if entry.tries}
        with Store(self.at) as store:
            for batch, contents in ahead(self.at.batches(waiting, lost), self._fetched):
                if parcel := self._begun(batch, contents, known):
                    store.take(parcel)
                self.holder.check_turn()

    def _begun(self, batch: list[Described], contents: dict[int, Content], known: dict[int, Entry]) -> Parcel | None:
        parcel = None
        try:
            parcel = self._begin(batch, contents, known)
        finally:
            if parcel is None:
                for content in contents.values():
                    content.close()
        return parcel

    def _fetched(self, batch: list[Described]) -> dict[int, Content]:
        """Give the contents of a batch; runs in a thread of its own, without the database."""
        largest = self.copier.settings.largest_mb * 1_000_000
        try:
            return self.old.contents([one for one in batch if one.size <= largest])
        except LostConnectionError as fault:
            raise _LostWhileFetchingError(batch, fault) from None

    def _refusals(self, batch: list[Described], contents: dict[int, Content]) -> dict[int, tuple[str, dict[str, Any]]]:
        largest = self.copier.settings.largest_mb
        refused: dict[int, tuple[str, dict[str, Any]]] = {
            one.uid: (TOO_LARGE, {"largest": largest}) for one in batch if one.size > largest * 1_000_000
        }
        return refused | {uid: (EMPTY, {}) for uid, content in contents.items() if not content.size}

    def _begin(self, batch: list[Described], contents: dict[int, Content], known: dict[int, Entry]) -> Parcel | None:
        """Write down what is about to be sent, and the fence; give it, None where nothing is left of it."""
        refused = self._refusals(batch, contents)
        self.absent |= {one.uid for one in batch} - contents.keys() - refused.keys()
        whole = [one for one in batch if one.uid in contents and one.uid not in refused]
        uids = [one.uid for one in whole]
        with self.holder.writing() as session:
            rows = [self._row(one, contents[one.uid]) for one in whole]
            rows += [_left(one, *refused[one.uid]) for one in batch if one.uid in refused]
            rows = [self._keyed(row, known) for row in rows]
            ledger.put(session, rows)
            session.execute(sa.update(MoveFolder).where(MoveFolder.id == self.at.id).values(fence=self.at.fence))
            if refused:
                ledger.count(session, self.at.id)
            ids = ledger.ids_of(session, self.at.id, self.at.validity, uids)
        return Parcel(whole, contents, ids) if whole else None

    def _row(self, one: Described, content: Content) -> dict[str, Any]:
        return {
            "uid": one.uid, "size": content.size, "digest": content.digest, "flags": " ".join(one.flags),
            "date": one.date, "state": SENDING,
        }  # fmt: skip

    def _keyed(self, row: dict[str, Any], known: dict[int, Entry]) -> dict[str, Any]:
        """Let a row change the one that is in the ledger already, or be a new one."""
        if entry := known.get(row["uid"]):
            return {"id": entry.id, **row}
        return {"folder_id": self.at.id, "validity": self.at.validity, **row}

    def _count_not_fetched(self, batch: list[Described], known: dict[int, Entry]) -> None:
        """Note that these could not be fetched; the one that costs the connection again and again is left at last."""
        rows = []
        for one in batch:
            tries = (known[one.uid].tries if one.uid in known else 0) + 1
            again = {} if tries >= MOST_LOST else {"state": AGAIN, "detail": ""}
            rows.append(self._keyed({**_left(one, NOT_FETCHED), "tries": tries, **again}, known))
        with self.holder.writing() as session:
            ledger.put(session, rows)
            ledger.count(session, self.at.id)

    def _refuse_absent(self, known: dict[int, Entry]) -> None:
        """Note what the old server still lists and has not given; what is gone there was deleted meanwhile."""
        open_ones = {uid for uid in self.absent if uid not in known or known[uid].state == AGAIN}
        if not open_ones:
            return
        self.old.select(self.at.name)
        described = {one.uid: one for one in self.old.describe(sorted(open_ones))}
        absent = [described.get(uid, Described(uid, (), "", 0)) for uid in self.old.uids() if uid in open_ones]
        with self.holder.writing() as session:
            ledger.put(session, [self._keyed(_left(one, NOT_GIVEN), known) for one in absent])
            ledger.count(session, self.at.id)


def _left(one: Described, detail: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give the row of a message that is left at the old server."""
    return {
        "uid": one.uid, "size": one.size, "digest": "", "flags": "", "date": one.date, "target_uid": None,
        "state": REFUSED, "detail": detail, "values": values or {},
    }  # fmt: skip
