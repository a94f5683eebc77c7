"""A whole mailbox copied at once by a program of the operator's, such as one round ``doveadm sync``, before we go on.

The program is trusted with speed and not with truth: what it should bring is in the ledger before it starts, with the
hash of every message, and what arrived is found out afterwards by hashes, as after a worker that was killed. What it
left is copied one by one. Only a mailbox of which nothing is at the new server yet, with folders that it names as we do
and messages that we would take too. Source: issue "Mail moves" 1; ADR 29.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import MailMove, MovedMessage, MoveFolder
from backoffice.models.mail_move import SENDING
from backoffice.ports import programs
from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_session import Session
from backoffice.ports.mail_server import MailServer
from backoffice.ports.transport import TransportError
from backoffice.rules import mail_folders
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_folder import OpenFolder
from backoffice.services.mail_move_ledger import Holder
from backoffice.services.mail_move_plan import folders_of
from backoffice.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Login:
    """With what the old mailbox is opened."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class _Full:
    """A folder with what the old server has in it."""

    at: OpenFolder
    described: Sequence[Described]
    validity: int
    target_validity: int


def copy_all(holder: Holder, old: Session, new: Session, login: Login, settings: Settings) -> None:
    """Let the program copy the mailbox, where one is set and may. Raises TransportError of a server, StoppedError."""
    if not settings.mail_move.first_command or not _is_untouched(holder):
        return
    found = [_look(holder, folder, old, new, settings) for folder in folders_of(holder) if folder.target]
    if all(_may(one, old, new, settings) for one in found):
        for one in found:
            _write_down(one)
        _run(holder, _given(holder, login, settings), settings)


def _is_untouched(holder: Holder) -> bool:
    folders = sa.select(MoveFolder.id).where(MoveFolder.move_id == holder.move_id)
    known = db.session.scalar(sa.select(MovedMessage.id).where(MovedMessage.folder_id.in_(folders)).limit(1))
    db.session.rollback()
    return known is None


def _look(holder: Holder, folder: MoveFolder, old: Session, new: Session, settings: Settings) -> _Full:
    target = new.select(folder.target)
    source = old.select(folder.name)
    described = old.describe(old.uids()) if source.messages else []
    at = OpenFolder(
        old, new, holder, settings.mail_move, folder.id, folder.name, folder.target, source.validity, 1, target.validity
    )
    at.keep_lease()
    return _Full(at, described, source.validity, 0 if target.messages else target.validity)


def _may(one: _Full, old: Session, new: Session, settings: Settings) -> bool:
    """Say whether the program may copy a folder: empty there, of the same name, and without what we would leave."""
    largest = settings.mail_move.largest_mb * 1_000_000
    is_ours = all(0 < message.size <= largest for message in one.described)
    alike = mail_folders.as_it_is(one.at.name, old.place(), new.place()) == one.at.target
    return bool(one.target_validity) and is_ours and alike


def _write_down(one: _Full) -> None:
    """Put every message into the ledger as begun, with its hash; what was not given is left to the usual way."""
    at = one.at
    at.old.select(at.name)
    with at.holder.writing() as session:
        row = session.get_one(MoveFolder, at.id)
        row.validity, row.target_validity, row.fence, row.first_fence = one.validity, one.target_validity, 1, 1
    for batch in at.batches(one.described):
        rows = _rows(at, batch)
        with at.holder.writing() as session:
            ledger.put(session, rows)


def _rows(at: OpenFolder, batch: Sequence[Described]) -> list[dict[str, Any]]:
    contents = at.old.contents(list(batch))
    try:
        return [
            {
                "folder_id": at.id, "validity": at.validity, "uid": one.uid, "size": contents[one.uid].size,
                "digest": contents[one.uid].digest, "flags": " ".join(one.flags), "date": one.date, "state": SENDING,
            }
            for one in batch if one.uid in contents
        ]  # fmt: skip
    finally:
        for content in contents.values():
            content.close()


def _given(holder: Holder, login: Login, settings: Settings) -> Mapping[str, Any]:
    server = MailServer.of("old_imap", settings)
    url, ca_file = urlsplit(server.address.url), server.address.ca_file
    target = db.session.scalar(sa.select(MailMove.new_name).where(MailMove.id == holder.move_id))
    db.session.rollback()
    return {
        "host": url.hostname, "port": url.port or (993 if url.scheme == "imaps" else 143), "tls": url.scheme == "imaps",
        "ca_file": str(ca_file) if ca_file else "", "user": login.name, "password": login.password, "target": target,
    }  # fmt: skip


def _run(holder: Holder, given: Mapping[str, Any], settings: Settings) -> None:
    def keep_lease() -> None:
        with holder.writing():
            pass

    words, seconds = settings.mail_move.first_command, settings.mail_move.first_seconds
    try:
        ended = programs.run(words, seconds, json.dumps(given), meanwhile=keep_lease)
    except TransportError as fault:
        _log.warning("move %d: %s Its messages are copied one by one.", holder.move_id, fault)
        return
    if ended.status:
        _log.warning("move %d: the program ended with %d; the rest is copied one by one.", holder.move_id, ended.status)
