"""Flags that changed at the old server while the mail was on its way."""

from collections.abc import Mapping, Sequence

from backoffice.models.mail_move import COPIED
from backoffice.ports.imap_answers import Described
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_ledger import Entry


def bring_flags(at: OpenFolder, described: Sequence[Described], known: Mapping[int, Entry]) -> None:
    """Bring over flags that changed at the old server, unless they were changed at the new one too.

    ``known``: UID -> what the ledger knew before this pass; what is new since then has its flags.
    """
    changed = [
        one for one in described
        if one.uid in known and known[one.uid].state == COPIED and " ".join(one.flags) != known[one.uid].flags
    ]  # fmt: skip
    if not changed:
        return
    at.new.select(at.target, to_write=True)
    there = {one.uid: " ".join(one.flags) for one in at.new.describe([_uid(known[one.uid]) for one in changed])}
    rows = []
    for one in changed:
        entry = known[one.uid]
        if there.get(_uid(entry)) == entry.flags:
            at.new.set_flags([_uid(entry)], one.flags)
        rows.append({"id": entry.id, "flags": " ".join(one.flags)})
    with at.holder.writing() as session:
        ledger.put(session, rows)


def _uid(entry: Entry) -> int:
    assert entry.target_uid is not None
    return entry.target_uid
