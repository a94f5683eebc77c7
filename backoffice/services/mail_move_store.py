"""Storing batches at the new server: one is under way while the next is written down as begun and the last is noted.

Only one command is under way at a time. A batch is sent when what happened to the one before is known, so that after a
crash everything uncertain is in the ledger as begun and lies at or above the fence. Source: ADR 25.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import sqlalchemy as sa

from backoffice.models import MailMove, MovedMessage, MoveFolder
from backoffice.models.mail_move import COPIED, REFUSED, SENDING
from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_append import Outgoing
from backoffice.ports.imap_content import Content
from backoffice.ports.imap_faults import CommandRefusedError, LostConnectionError, OverQuotaError
from backoffice.ports.transport import TransportError
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_settle import settle

# So many in a row that do not fit: the others will not fit either.
MOST_OVER_QUOTA = 10


@dataclass(frozen=True)
class Parcel:
    """Messages that are in the ledger as begun: their contents and ids by UID."""

    messages: list[Described]
    contents: dict[int, Content]
    ids: dict[int, int]

    def outgoing(self, some: list[Described]) -> list[Outgoing]:
        return [Outgoing(one.flags, one.date, self.contents[one.uid]) for one in some]

    def close(self) -> None:
        for content in self.contents.values():
            content.close()


class Store:
    """Stores the parcels of a folder; to be used as a context, at whose end all is stored and noted."""

    def __init__(self, at: OpenFolder) -> None:
        self._at = at
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._under_way: tuple[Parcel, Future[list[int]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if stored := self._end():
                self._note(*stored)
        finally:
            self._pool.shutdown()

    def take(self, parcel: Parcel) -> None:
        """Store a parcel, which is closed then. Raises TransportError, also for the parcel before it."""
        sent = False
        try:
            stored = self._end()
            if stored and self._at.holder.is_late:
                self._note(*stored)
                stored = None
            if sent := self._at.new.takes_many and self._at.new.names_uids:
                self._at.holder.check_lease()
                outgoing = parcel.outgoing(parcel.messages)
                self._under_way = parcel, self._pool.submit(self._at.new.append, self._at.target, outgoing)
            if stored:
                self._note(*stored)
            if not sent:
                self._store_now(parcel)
        finally:
            if not sent:
                parcel.close()

    def _end(self) -> tuple[Parcel, list[int]] | None:
        """Wait for what is under way; give it with its UIDs where it is only to be noted."""
        if self._under_way is None:
            return None
        (parcel, future), self._under_way = self._under_way, None
        try:
            uids = future.result()
            if uids:
                return parcel, uids
            self._look_for(parcel, parcel.messages)
        except (OverQuotaError, CommandRefusedError) as fault:
            self._refused(parcel, parcel.messages, fault)
        except LostConnectionError:
            self._count_lost(parcel)
            raise
        finally:
            parcel.close()
        return None

    def _store_now(self, parcel: Parcel) -> None:
        whole = parcel.messages
        try:
            for some in [whole] if self._at.new.takes_many or len(whole) == 1 else [[one] for one in whole]:
                self._store(parcel, some)
        except LostConnectionError:
            self._count_lost(parcel)
            raise

    def _store(self, parcel: Parcel, some: list[Described]) -> None:
        self._at.holder.check_lease()
        try:
            uids = self._at.new.append(self._at.target, parcel.outgoing(some))
        except (OverQuotaError, CommandRefusedError) as fault:
            self._refused(parcel, some, fault)
            return
        if uids:
            self._note(Parcel(some, parcel.contents, parcel.ids), uids)
        else:
            self._look_for(parcel, some)

    def _refused(self, parcel: Parcel, some: list[Described], fault: TransportError) -> None:
        """Find out which message of those was refused: each goes alone."""
        if len(some) == 1:
            self._refuse(parcel.ids[some[0].uid], fault)
            return
        try:
            for one in some:
                self._store(parcel, [one])
        except LostConnectionError:
            self._count_lost(parcel)
            raise

    def _look_for(self, parcel: Parcel, some: list[Described]) -> None:
        """Find what the server has stored, but did not say where."""
        self._count_stored(len(some))
        settle(self._at, [parcel.ids[one.uid] for one in some])

    def _note(self, parcel: Parcel, uids: list[int]) -> None:
        at, number = self._at, len(uids)
        self._count_stored(number)
        at.fence = max(at.fence, *(uid + 1 for uid in uids))
        size = sum(parcel.contents[one.uid].size for one in parcel.messages)
        rows = [
            {"id": parcel.ids[one.uid], "state": COPIED, "target_uid": uid}
            for one, uid in zip(parcel.messages, uids, strict=True)
        ]
        with at.holder.writing() as session:
            ledger.put(session, rows)
            for table, wanted in ((MoveFolder, MoveFolder.id == at.id), (MailMove, MailMove.id == at.holder.move_id)):
                more = {"messages_done": table.messages_done + number, "size_done": table.size_done + size}
                session.execute(
                    sa.update(table).where(wanted).values(more).execution_options(synchronize_session=False)
                )

    def _count_stored(self, number: int) -> None:
        self._at.holder.over_quota = 0
        self._at.holder.progress += number

    def _refuse(self, key: int, fault: TransportError) -> None:
        row = {"id": key, "state": REFUSED, "detail": fault.message, "values": fault.values}
        with self._at.holder.writing() as session:
            ledger.put(session, [row])
            ledger.count(session, self._at.id)
        holder = self._at.holder
        holder.over_quota = holder.over_quota + 1 if isinstance(fault, OverQuotaError) else 0
        if holder.over_quota >= MOST_OVER_QUOTA:
            raise fault

    def _count_lost(self, parcel: Parcel) -> None:
        """Note that these cost a connection; the one that does so again and again is left at last."""
        with self._at.holder.writing() as session:
            begun = sa.update(MovedMessage).where(
                MovedMessage.id.in_(list(parcel.ids.values())), MovedMessage.state == SENDING
            )
            session.execute(begun.values(tries=MovedMessage.tries + 1))
