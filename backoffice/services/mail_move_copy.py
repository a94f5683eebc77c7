"""Copying one folder: what the ledger does not have yet is fetched, written down as begun, stored, and noted.

The order is what makes a killed run resume without loss or doubling: a message is in the ledger, with its hash, before
it is sent; the new server's next UID of before that is the fence. What lies at or above the fence and is not in the
ledger is compared with what was begun: so it is known what arrived, also where the server names no UIDs.
Source: issue "Mail moves" 1; reliability.md §3.
"""

import time
from collections.abc import Collection, Iterator, Sequence
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
from backoffice.rules.mail_identity import matched
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_ahead import ahead
from backoffice.services.mail_move_ledger import Entry, Holder
from backoffice.services.mail_move_portions import portions
from backoffice.settings.services import MailMoveSettings

TOO_LARGE = N_("The message is larger than %(largest)d MB.")
EMPTY = N_("The message has no content; mail servers do not store such a message.")
COSTS_CONNECTION = N_("Whenever this message is stored, the new mail server closes the connection.")
NOT_FETCHED = N_("Whenever this message is asked for, the old mail server closes the connection.")
# A message that cost the connection so often is left.
MOST_LOST = 3
# So many in a row that do not fit: the others will not fit either.
MOST_OVER_QUOTA = 10
SETTLE_STEP = 0.25


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
        self.id, self.name, self.target = folder.id, folder.name, folder.target
        self.validity, self.fence = folder.validity, folder.fence
        self.target_validity = folder.target_validity

    def copy(self, *, with_flags: bool) -> None:
        self._meet_target()
        found = self.old.select(self.name)
        described = self.old.describe(self.old.uids() if found.messages else [])
        self._settle()
        if self.validity and self.validity != found.validity:
            self._recognise(described, found.validity)
        self._note_source(described, found.validity)
        known = ledger.entries(self.id, self.validity)
        self._forget_gone(known, {one.uid for one in described})
        waiting = [one for one in described if one.uid not in known or known[one.uid].state == AGAIN]
        try:
            self._bring_all(waiting, known)
        except _LostWhileFetchingError as lost:
            self._count_not_fetched(lost.batch)
            raise lost.fault from None
        if with_flags:
            self._bring_flags(described)

    def _bring_all(self, waiting: list[Described], known: dict[int, Entry]) -> None:
        for batch, contents in ahead(self._batches(waiting, known), self._fetched):
            try:
                self._bring(batch, contents)
            finally:
                for content in contents.values():
                    content.close()
            self.holder.check_turn()

    def _meet_target(self) -> None:
        """Open the folder at the new server; where it is not the one it was, all has to be looked for in it."""
        found = self.new.select(self.target)
        if found.validity == self.target_validity:
            return
        with self.holder.writing() as session:
            row = session.get_one(MoveFolder, self.id)
            if self.target_validity:
                ledger.open_again(session, self.id)
                self.fence = 1
            else:
                self.fence = row.first_fence = max(found.next_uid, 1)
            row.fence, row.target_validity = self.fence, found.validity
        self.target_validity = found.validity

    def _note_source(self, described: Sequence[Described], validity: int) -> None:
        with self.holder.writing() as session:
            row = session.get_one(MoveFolder, self.id)
            row.validity, row.messages = validity, len(described)
            row.size = sum(one.size for one in described)
            session.flush()
            ledger.add_up(session, row.move_id)
        self.validity = validity

    def _recognise(self, described: Sequence[Described], validity: int) -> None:
        """Find out which messages are known under other numbers: the old server counts anew."""
        old = ledger.entries(self.id, self.validity)
        wanted = {one.id: (one.digest, one.date) for one in old.values() if one.state == COPIED}
        found: dict[int, tuple[str, str]] = {}
        for batch in self._batches(described, {}):
            for uid, content in self.old.contents(batch).items():
                found[uid] = (content.digest, next(one.date for one in batch if one.uid == uid))
                content.close()
            self._keep_lease()
        same = matched(wanted, found)
        with self.holder.writing() as session:
            others = [one for one in old.values() if one.id not in same]
            ledger.forget(session, [one.id for one in others if one.state != COPIED])
            # What was deleted there stays in the ledger as ours, out of the way of new numbers.
            ledger.put(session, [{"id": one.id, "validity": -one.id} for one in others if one.state == COPIED])
            ledger.put(session, [{"id": key, "uid": uid, "validity": validity} for key, uid in same.items()])

    def _keep_lease(self) -> None:
        with self.holder.writing():
            pass

    def _forget_gone(self, known: dict[int, Entry], there: set[int]) -> None:
        """Leave what is to be stored again, and was deleted at the old server meanwhile."""
        gone = [one.id for one in known.values() if one.state == AGAIN and one.uid not in there]
        if gone:
            with self.holder.writing() as session:
                ledger.forget(session, gone)

    def _batches(self, described: Sequence[Described], known: dict[int, Entry]) -> Iterator[list[Described]]:
        """Cut messages into portions of one command; one that cost a connection goes alone."""
        lost = {uid for uid, entry in known.items() if entry.tries}
        return portions(described, self.copier.settings, lambda one: one.uid in lost)

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
            there = ledger.ids_of(session, self.id, self.validity, [one.uid for one in whole])
            rows = [self._row(one, contents[one.uid], there.get(one.uid)) for one in whole]
            rows += [
                {"folder_id": self.id, "validity": self.validity, "uid": uid, "size": 0, "digest": "", "flags": "",
                 "date": "", "state": REFUSED, "target_uid": None, "detail": detail, "values": values}
                for uid, (detail, values) in refused.items()
            ]  # fmt: skip
            ledger.put(session, rows)
            session.execute(sa.update(MoveFolder).where(MoveFolder.id == self.id).values(fence=self.fence))
            if refused:
                ledger.count(session, self.id)
            return ledger.ids_of(session, self.id, self.validity, [one.uid for one in whole])

    def _row(self, one: Described, content: Content, number: int | None) -> dict[str, Any]:
        row: dict[str, Any] = {
            "size": content.size, "digest": content.digest, "flags": " ".join(one.flags), "date": one.date,
            "state": SENDING, "target_uid": None,
        }  # fmt: skip
        if number is not None:
            return {"id": number, **row}
        return {"folder_id": self.id, "validity": self.validity, "uid": one.uid, **row}

    def _store(self, some: list[Described], contents: dict[int, Content], ids: dict[int, int]) -> None:
        outgoing = [Outgoing(one.flags, one.date, contents[one.uid]) for one in some]
        self.holder.check_lease()
        try:
            uids = self.new.append(self.target, outgoing)
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
            self._settle([ids[one.uid] for one in some])

    def _stored(self, there: dict[int, int], contents: dict[int, Content], some: list[Described]) -> None:
        self.fence = max(self.fence, *(uid + 1 for uid in there.values()))
        size = sum(contents[one.uid].size for one in some)
        with self.holder.writing() as session:
            ledger.put(session, [{"id": key, "state": COPIED, "target_uid": uid} for key, uid in there.items()])
            for table, wanted in (
                (MoveFolder, MoveFolder.id == self.id),
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
            ledger.count(session, self.id)
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
        known = ledger.entries(self.id, self.validity)
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
                    "folder_id": self.id, "validity": self.validity, "uid": one.uid, "size": one.size, "digest": "",
                    "flags": "", "date": one.date, "target_uid": None, "values": {}, **row,
                })  # fmt: skip
        with self.holder.writing() as session:
            ledger.put(session, rows)
            ledger.count(session, self.id)

    def _settle(self, just_sent: Collection[int] = ()) -> None:
        """Find out what of that which was begun is there; the rest is to be stored again.

        ``just_sent``: ids that the server has confirmed without saying where they are; without them, all that earlier
        tries left open.
        """
        begun = [one for one in ledger.entries(self.id, self.validity).values() if one.state == SENDING]
        if just_sent:
            begun = [one for one in begun if one.id in just_sent]
        if not begun:
            return
        if not just_sent:
            self._wait_until_quiet()
        self.new.select(self.target)
        known = ledger.target_uids(self.id)
        uids = [uid for uid in self.new.uids(self.fence) if uid not in known]
        there = matched({one.id: (one.digest, one.date) for one in begun}, self._hashes(uids))
        rows: list[dict[str, Any]] = [
            {"id": key, "state": COPIED, "target_uid": uid} for key, uid in there.items()
        ]  # fmt: skip
        for one in begun:
            if one.id not in there and one.tries >= MOST_LOST:
                rows.append({"id": one.id, "state": REFUSED, "detail": COSTS_CONNECTION, "values": {}})
            elif one.id not in there:
                rows.append({"id": one.id, "state": AGAIN})
        self.fence = max([self.fence, *(uid + 1 for uid in there.values())])
        with self.holder.writing() as session:
            ledger.put(session, rows)
            ledger.count(session, self.id)
        self.holder.progress += len(there)

    def _wait_until_quiet(self) -> None:
        """Wait as long as the server may take to store what a dead connection brought."""
        ends = time.monotonic() + self.copier.settings.settle_seconds
        while time.monotonic() < ends:
            time.sleep(min(SETTLE_STEP, self.copier.settings.settle_seconds))
        self._keep_lease()

    def _hashes(self, uids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Give UID -> hash and date of messages of the folder at the new server."""
        found: dict[int, tuple[str, str]] = {}
        for batch in self._batches(self.new.describe(uids), {}):
            dates = {one.uid: one.date for one in batch}
            for uid, content in self.new.contents(batch).items():
                found[uid] = (content.digest, dates[uid])
                content.close()
        return found

    def _bring_flags(self, described: Sequence[Described]) -> None:
        """Bring over flags that changed at the old server, unless they were changed at the new one too."""
        known = ledger.entries(self.id, self.validity)
        changed = [
            one for one in described
            if one.uid in known and known[one.uid].state == COPIED and " ".join(one.flags) != known[one.uid].flags
        ]  # fmt: skip
        if not changed:
            return
        self.new.select(self.target, to_write=True)
        there = {one.uid: " ".join(one.flags) for one in self.new.describe([_uid(known[one.uid]) for one in changed])}
        rows = []
        for one in changed:
            entry = known[one.uid]
            if there.get(_uid(entry)) == entry.flags:
                self.new.set_flags([_uid(entry)], one.flags)
            rows.append({"id": entry.id, "flags": " ".join(one.flags)})
        with self.holder.writing() as session:
            ledger.put(session, rows)


def _uid(entry: Entry) -> int:
    assert entry.target_uid is not None
    return entry.target_uid
