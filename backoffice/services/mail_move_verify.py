"""Looking whether what the ledger calls stored is at the new server: each message, its bytes and date, hashes of some.

Whatever differs in that is read back and its hash compared, and so is a share of all (``read_back``). Nothing is
repaired here and nothing deleted: what is missing, differs or is there twice is said. Source: issue "Mail moves" 1;
ADR 25.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backoffice.i18n import N_
from backoffice.models import MovedMessage, MoveFolder
from backoffice.models.mail_move import COPIED, REFUSED
from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_session import Session
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_ledger import Entry, Holder
from backoffice.services.mail_move_portions import portions
from backoffice.settings.services import MailMoveSettings

GONE = N_("It was stored, but it is not in the folder of the new server any more.")
DIFFERS = N_("What the new server gives back is not what was stored.")
DOUBLED = N_("%(number)d messages of this folder are at the new server once more than at the old one.")
AT_ONCE = 1_000


@dataclass
class Verifier:
    """Verifies the folders of one move."""

    new: Session
    holder: Holder
    settings: MailMoveSettings

    def verify(self, folder: MoveFolder) -> None:
        """Compare what was not compared yet. Raises TransportError."""
        found = self.new.select(folder.target)
        if found.validity != folder.target_validity:
            # The next pass of copying looks for all of it anew.
            return
        unseen = MovedMessage.state == COPIED, ~MovedMessage.verified
        waiting = list(ledger.entries(folder.id, folder.validity, *unseen).values())
        for start in range(0, len(waiting), AT_ONCE):
            self._compare(folder.id, waiting[start : start + AT_ONCE])
            self.holder.check_turn()
        self._look_for_doubles(folder)

    def _compare(self, folder_id: int, some: Sequence[Entry]) -> None:
        """Compare size and date of each, and read back those that differ and a share of the others."""
        there = {one.uid: one for one in self.new.describe([one.target_uid or 0 for one in some])}
        read = {one.id for one in some if not _is_alike(one, there.get(one.target_uid or 0)) or self._is_drawn()}
        differing = self._differing([one for one in some if one.id in read])
        if any(why == DIFFERS for why in differing.values()):
            # Where one is not what was sent, none is believed.
            differing |= self._differing([one for one in some if one.id not in read])
        rows: list[dict[str, Any]] = [
            {"id": key, "state": REFUSED, "detail": why, "values": {}} for key, why in differing.items()
        ]
        with self.holder.writing() as session:
            ledger.put(session, rows)
            ledger.mark_verified(session, [one.id for one in some if one.id not in differing])
            if rows:
                ledger.count(session, folder_id)
        self.holder.progress += len(some)

    def _is_drawn(self) -> bool:
        # Which ones cannot be foreseen, so that nothing is always left out.
        return secrets.randbelow(100) < self.settings.read_back

    def _differing(self, some: Sequence[Entry]) -> dict[int, str]:
        """Read messages back; give id -> why for those that are not what was stored."""
        digests = self._digests_of([Described(one.target_uid or 0, (), "", one.size) for one in some])
        found = {one.id: digests.get(one.target_uid or 0) for one in some}
        return {one.id: GONE if found[one.id] is None else DIFFERS for one in some if found[one.id] != one.digest}

    def _look_for_doubles(self, folder: MoveFolder) -> None:
        """Look among what is above our fence and not in the ledger for messages that are ours nevertheless."""
        ours = ledger.target_uids(folder.id)
        foreign = [uid for uid in self.new.uids(max(folder.first_fence, 1)) if uid not in ours]
        doubled = self._doubled(folder, foreign) if foreign else 0
        with self.holder.writing() as session:
            row = session.get_one(MoveFolder, folder.id)
            row.doubled = doubled
            # What was the matter while copying stays said.
            if doubled or row.detail == DOUBLED:
                row.detail, row.values = (DOUBLED, {"number": doubled}) if doubled else ("", {})

    def _doubled(self, folder: MoveFolder, foreign: Sequence[int]) -> int:
        known = ledger.entries(folder.id, folder.validity).values()
        others = self.new.describe(foreign)
        mine = {(one.digest, one.date) for one in known if one.state == COPIED}
        sizes, dates = {one.size for one in known}, {date for _, date in mine}
        suspects = [one for one in others if one.size in sizes and one.date in dates]
        digests = self._digests([one.uid for one in suspects])
        return sum((digests.get(one.uid), one.date) in mine for one in suspects)

    def _digests(self, uids: Sequence[int]) -> dict[int, str]:
        return self._digests_of(self.new.describe(uids))

    def _digests_of(self, described: Sequence[Described]) -> dict[int, str]:
        found: dict[int, str] = {}
        for batch in portions(described, self.settings):
            for uid, content in self.new.contents(batch).items():
                found[uid] = content.digest
                content.close()
        return found


def _is_alike(entry: Entry, there: Described | None) -> bool:
    return there is not None and there.size == entry.size and entry.date in ("", there.date)
