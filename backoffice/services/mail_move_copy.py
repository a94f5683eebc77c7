"""Copying one folder: what the ledger does not have yet is fetched, written down as begun, stored, and noted.

The order is what makes a killed run resume without loss or doubling: a message is in the ledger, with its hash, before
it is sent; the new server's next UID of before that is the fence. What lies at or above the fence and is not in the
ledger is compared with what was begun: so it is known what arrived, also where the server names no UIDs.
Source: issue "Mail moves" 1; reliability.md §3.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.i18n import N_
from backoffice.models import MailMove, MovedMessage, MoveFolder
from backoffice.models.mail_move import AGAIN, COPIED, REFUSED, SENDING
from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_append import Outgoing
from backoffice.ports.imap_content import Content
from backoffice.ports.imap_faults import CommandRefusedError, LostConnectionError, OverQuotaError
from backoffice.ports.imap_session import Session
from backoffice.ports.transport import TransportError
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_ahead import ahead
from backoffice.services.mail_move_flags import bring_flags
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_ledger import Entry, Holder
from backoffice.services.mail_move_meet import forget_gone, meet_target, note_source, recognise
from backoffice.services.mail_move_settle import MOST_LOST, settle
from backoffice.settings.services import MailMoveSettings

TOO_LARGE = N_("The message is larger than %(largest)d MB.")
EMPTY = N_("The message has no content; mail servers do not store such a message.")
NOT_FETCHED = N_("Whenever this message is asked for, the old mail server closes the connection.")
# So many in a row that do not fit: the others will not fit either.
MOST_OVER_QUOTA = 10


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
    over_quota: int = 0

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

    def copy(self, *, with_flags: bool) -> None:
        meet_target(self.at)
        found = self.old.select(self.at.name)
        described = self.old.describe(self.old.uids() if found.messages else [])
        settle(self.at)
        if self.at.validity and self.at.validity != found.validity:
            recognise(self.at, described, found.validity)
        note_source(self.at, described, found.validity)
        known = ledger.entries(self.at.id, self.at.validity)
        forget_gone(self.at, known, {one.uid for one in described})
        waiting = [one for one in described if one.uid not in known or known[one.uid].state == AGAIN]
        try:
            self._bring_all(waiting, known)
        except _LostWhileFetchingError as lost:
            self._count_not_fetched(lost.batch)
            raise lost.fault from None
        if with_flags:
            bring_flags(self.at, described)

    def _bring_all(self, waiting: list[Described], known: dict[int, Entry]) -> None:
        lost = {uid for uid, entry in known.items() if entry.tries}
        for batch, contents in ahead(self.at.batches(waiting, lost), self._fetched):
            try:
                self._bring(batch, contents)
            finally:
                for content in contents.values():
                    content.close()
            self.holder.check_turn()

    def _fetched(self, batch: list[Described]) -> dict[int, Content]:
        """Give the contents of a batch; runs in a thread of its own, without the database."""
        largest = self.copier.settings.largest_mb * 1_000_000
        try:
            return self.old.contents([one for one in batch if one.size <= largest])
        except LostConnectionError as fault:
            raise _LostWhileFetchingError(batch, fault) from None

    def _bring(self, batch: list[Described], contents: dict[int, Content]) -> None:
        """Store the messages of a batch, all in one command where the server takes that."""
        refused = self._refusals(batch, contents)
        whole = [one for one in batch if one.uid in contents and one.uid not in refused]
        ids = self._begin(whole, contents, refused)
        if not whole:
            return
        several = [whole] if self.new.takes_many or len(whole) == 1 else [[one] for one in whole]
        try:
            for some in several:
                self._store(some, contents, ids)
        except LostConnectionError:
            self._count_lost([ids[one.uid] for one in whole])
            raise

    def _refusals(self, batch: list[Described], contents: dict[int, Content]) -> dict[int, tuple[str, dict[str, Any]]]:
        largest = self.copier.settings.largest_mb
        refused: dict[int, tuple[str, dict[str, Any]]] = {
            one.uid: (TOO_LARGE, {"largest": largest}) for one in batch if one.size > largest * 1_000_000
        }
        return refused | {uid: (EMPTY, {}) for uid, content in contents.items() if not content.size}

    def _begin(
        self, whole: list[Described], contents: dict[int, Content], refused: dict[int, tuple[str, dict[str, Any]]]
    ) -> dict[int, int]:
        """Write down what is about to be sent, and the fence; give UID -> id."""
        with self.holder.writing() as session:
            there = ledger.ids_of(session, self.at.id, self.at.validity, [one.uid for one in whole])
            rows = [self._row(one, contents[one.uid], there.get(one.uid)) for one in whole]
            rows += [
                {"folder_id": self.at.id, "validity": self.at.validity, "uid": uid, "size": 0, "digest": "",
                 "flags": "", "date": "", "state": REFUSED, "target_uid": None, "detail": detail, "values": values}
                for uid, (detail, values) in refused.items()
            ]  # fmt: skip
            ledger.put(session, rows)
            session.execute(sa.update(MoveFolder).where(MoveFolder.id == self.at.id).values(fence=self.at.fence))
            if refused:
                ledger.count(session, self.at.id)
            return ledger.ids_of(session, self.at.id, self.at.validity, [one.uid for one in whole])

    def _row(self, one: Described, content: Content, number: int | None) -> dict[str, Any]:
        row: dict[str, Any] = {
            "size": content.size, "digest": content.digest, "flags": " ".join(one.flags), "date": one.date,
            "state": SENDING, "target_uid": None,
        }  # fmt: skip
        if number is not None:
            return {"id": number, **row}
        return {"folder_id": self.at.id, "validity": self.at.validity, "uid": one.uid, **row}

    def _store(self, some: list[Described], contents: dict[int, Content], ids: dict[int, int]) -> None:
        outgoing = [Outgoing(one.flags, one.date, contents[one.uid]) for one in some]
        self.holder.check_lease()
        try:
            uids = self.new.append(self.at.target, outgoing)
        except (OverQuotaError, CommandRefusedError) as fault:
            if len(some) == 1:
                self._refuse(ids[some[0].uid], fault)
                return
            for one in some:
                self._store([one], contents, ids)
            return
        self.copier.over_quota = 0
        self.holder.progress += len(some)
        if uids:
            self._stored({ids[one.uid]: uid for one, uid in zip(some, uids, strict=True)}, contents, some)
        else:
            settle(self.at, [ids[one.uid] for one in some])

    def _stored(self, there: dict[int, int], contents: dict[int, Content], some: list[Described]) -> None:
        self.at.fence = max(self.at.fence, *(uid + 1 for uid in there.values()))
        size = sum(contents[one.uid].size for one in some)
        with self.holder.writing() as session:
            ledger.put(session, [{"id": key, "state": COPIED, "target_uid": uid} for key, uid in there.items()])
            for table, wanted in (
                (MoveFolder, MoveFolder.id == self.at.id),
                (MailMove, MailMove.id == self.holder.move_id),
            ):
                more = {
                    "messages_done": table.messages_done + len(some), "size_done": table.size_done + size,
                }  # fmt: skip
                session.execute(
                    sa.update(table).where(wanted).values(more).execution_options(synchronize_session=False)
                )

    def _refuse(self, key: int, fault: TransportError) -> None:
        row = {"id": key, "state": REFUSED, "detail": fault.message, "values": fault.values}
        with self.holder.writing() as session:
            ledger.put(session, [row])
            ledger.count(session, self.at.id)
        self.copier.over_quota = self.copier.over_quota + 1 if isinstance(fault, OverQuotaError) else 0
        if self.copier.over_quota >= MOST_OVER_QUOTA:
            raise fault

    def _count_lost(self, ids: list[int]) -> None:
        """Note that these cost a connection; the one that does so again and again is left at last."""
        with self.holder.writing() as session:
            begun = sa.update(MovedMessage).where(MovedMessage.id.in_(ids), MovedMessage.state == SENDING)
            session.execute(begun.values(tries=MovedMessage.tries + 1))

    def _count_not_fetched(self, batch: list[Described]) -> None:
        """Note the same of messages that could not even be fetched."""
        known = ledger.entries(self.at.id, self.at.validity)
        rows = []
        for one in batch:
            entry = known.get(one.uid)
            tries = (entry.tries if entry else 0) + 1
            left = {"state": REFUSED, "detail": NOT_FETCHED} if tries >= MOST_LOST else {"state": AGAIN, "detail": ""}
            row = {"tries": tries, **left}
            if entry:
                rows.append({"id": entry.id, **row})
            else:
                rows.append({
                    "folder_id": self.at.id, "validity": self.at.validity, "uid": one.uid, "size": one.size,
                    "digest": "", "flags": "", "date": one.date, "target_uid": None, "values": {}, **row,
                })  # fmt: skip
        with self.holder.writing() as session:
            ledger.put(session, rows)
            ledger.count(session, self.at.id)
