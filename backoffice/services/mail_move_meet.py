"""Meeting a folder again: it may be another one than last time, be numbered anew, or lack what it had.

Source: issue "Mail moves" 1; RFC 3501 §2.3.1.1.
"""

from collections.abc import Sequence

from backoffice.models import MoveFolder
from backoffice.models.mail_move import AGAIN, COPIED
from backoffice.ports.imap_answers import Described
from backoffice.rules.mail_identity import matched
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_ledger import Entry


def meet_target(at: OpenFolder) -> None:
    """Open the folder at the new server; where it is not the one it was, all has to be looked for in it."""
    found = at.new.select(at.target)
    if found.validity == at.target_validity:
        return
    with at.holder.writing() as session:
        row = session.get_one(MoveFolder, at.id)
        if at.target_validity:
            ledger.open_again(session, at.id)
            at.fence = 1
        else:
            at.fence = row.first_fence = max(found.next_uid, 1)
        row.fence, row.target_validity = at.fence, found.validity
    at.target_validity = found.validity


def note_source(at: OpenFolder, described: Sequence[Described], validity: int) -> None:
    """Keep what the old server has in the folder now."""
    with at.holder.writing() as session:
        row = session.get_one(MoveFolder, at.id)
        row.validity = validity
        # What was moved and then deleted there counts on, or more would be done than there is.
        row.messages = max(len(described), row.messages_done)
        row.size = max(sum(one.size for one in described), row.size_done)
        session.flush()
        ledger.add_up(session, row.move_id)
    at.validity = validity


def recognise(at: OpenFolder, described: Sequence[Described], validity: int) -> None:
    """Find out which messages are known under other numbers: the old server counts anew."""
    old = ledger.entries(at.id, at.validity)
    wanted = {one.id: (one.digest, one.date) for one in old.values() if one.state == COPIED}
    found: dict[int, tuple[str, str]] = {}
    for batch in at.batches(described):
        for uid, content in at.old.contents(batch).items():
            found[uid] = (content.digest, next(one.date for one in batch if one.uid == uid))
            content.close()
        at.keep_lease()
    same = matched(wanted, found)
    with at.holder.writing() as session:
        others = [one for one in old.values() if one.id not in same]
        ledger.forget(session, [one.id for one in others if one.state != COPIED])
        # What was deleted there stays in the ledger as ours, out of the way of new numbers.
        ledger.put(session, [{"id": one.id, "validity": -one.id} for one in others if one.state == COPIED])
        ledger.put(session, [{"id": key, "uid": uid, "validity": validity} for key, uid in same.items()])


def forget_gone(at: OpenFolder, known: dict[int, Entry], there: set[int]) -> None:
    """Leave what is to be stored again, and was deleted at the old server meanwhile."""
    gone = [one.id for one in known.values() if one.state == AGAIN and one.uid not in there]
    if gone:
        with at.holder.writing() as session:
            ledger.forget(session, gone)
