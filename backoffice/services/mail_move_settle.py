"""Finding out what of that which was begun arrived at the new server.

Source: issue "Mail moves" 1; ADR 25.
"""

import time
from collections.abc import Collection, Sequence
from typing import Any

from backoffice.i18n import N_
from backoffice.models import MovedMessage
from backoffice.models.mail_move import AGAIN, COPIED, REFUSED, SENDING
from backoffice.rules.mail_identity import matched
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_folder import OpenFolder

COSTS_CONNECTION = N_("Whenever this message is stored, the new mail server closes the connection.")
# A message that cost the connection so often is left.
MOST_LOST = 3
SETTLE_STEP = 0.25


def settle(at: OpenFolder, just_sent: Collection[int] = ()) -> None:
    """Find out what of that which was begun is there; the rest is to be stored again.

    ``just_sent``: ids that the server has confirmed without saying where they are; without them, all that earlier
    tries left open.
    """
    begun = list(ledger.entries(at.id, at.validity, MovedMessage.state == SENDING).values())
    if just_sent:
        begun = [one for one in begun if one.id in just_sent]
    if not begun:
        return
    if not just_sent:
        _wait_until_quiet(at)
    at.new.select(at.target)
    known = ledger.target_uids(at.id)
    uids = [uid for uid in at.new.uids(at.fence) if uid not in known]
    there = matched({one.id: (one.digest, one.date) for one in begun}, _hashes(at, uids))
    rows: list[dict[str, Any]] = [
        {"id": key, "state": COPIED, "target_uid": uid} for key, uid in there.items()
    ]  # fmt: skip
    for one in begun:
        if one.id not in there and one.tries >= MOST_LOST:
            rows.append({"id": one.id, "state": REFUSED, "detail": COSTS_CONNECTION, "values": {}})
        elif one.id not in there:
            rows.append({"id": one.id, "state": AGAIN})
    at.fence = max([at.fence, *(uid + 1 for uid in there.values())])
    with at.holder.writing() as session:
        ledger.put(session, rows)
        ledger.count(session, at.id)
    at.holder.progress += len(there)


def _wait_until_quiet(at: OpenFolder) -> None:
    """Wait as long as the server may take to store what a dead connection brought."""
    ends = time.monotonic() + at.settings.settle_seconds
    while time.monotonic() < ends:
        time.sleep(min(SETTLE_STEP, at.settings.settle_seconds))
    at.keep_lease()


def _hashes(at: OpenFolder, uids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Give UID -> hash and date of messages of the folder at the new server."""
    found: dict[int, tuple[str, str]] = {}
    for batch in at.batches(at.new.describe(uids)):
        dates = {one.uid: one.date for one in batch}
        for uid, content in at.new.contents(batch).items():
            found[uid] = (content.digest, dates[uid])
            content.close()
    return found
