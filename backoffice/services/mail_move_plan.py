"""Where each folder of a move goes: those that are missing at the new server are made and subscribed.

Each is noted before the next one is asked about, so that a mailbox with thousands of folders takes several turns.
Source: issue "Mail moves" 1.
"""

from collections.abc import Collection
from contextlib import suppress

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import MoveFolder
from backoffice.ports.imap_answers import words
from backoffice.ports.imap_faults import CommandRefusedError
from backoffice.ports.imap_session import Session
from backoffice.rules import mail_folders
from backoffice.rules.mail_folders import Folder
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_ledger import Holder

UNUSABLE = N_("A folder with such a name cannot be opened by IMAP; rename it at the old mail server, and try again.")


def plan(holder: Holder, old: Session, new: Session) -> None:
    """Say where each folder goes. Raises TransportError, StoppedError, TurnOverError."""
    found, there = old.folders(), new.folders()
    source = [folder for folder in found if mail_folders.is_usable(folder.name)]
    _note_unusable(holder, [folder for folder in found if not mail_folders.is_usable(folder.name)])
    known = {row.name: row.target for row in folders_of(holder) if row.target}
    planned = mail_folders.plan(source, old.place(), there, new.place())
    targets = {name: known.get(name, target) for name, target in planned.items()}
    wanted = {folder.name for folder in source if folder.subscribed}
    for name, target in mail_folders.apart(targets, known).items():
        _make(new, target, there, is_wanted=name in wanted)
        if name not in known:
            _note(holder, old, name, target)
        holder.check_turn()
    with holder.writing() as session:
        ledger.add_up(session, holder.move_id)


def folders_of(holder: Holder) -> list[MoveFolder]:
    """Give the folders of a move, for reading."""
    rows = db.session.scalars(
        sa.select(MoveFolder).where(MoveFolder.move_id == holder.move_id).order_by(MoveFolder.id)
    ).all()
    db.session.expunge_all()
    db.session.rollback()
    return list(rows)


def _make(new: Session, target: str, there: Collection[Folder], *, is_wanted: bool) -> None:
    """Make and subscribe a folder where it is not; where that is refused, opening it says so."""
    with suppress(CommandRefusedError):
        if target != mail_folders.INBOX and not any(one.name == target and one.is_selectable for one in there):
            new.create(target)
        if is_wanted and not any(one.name == target and one.subscribed for one in there):
            new.subscribe(target)


def _note(holder: Holder, old: Session, name: str, target: str) -> None:
    messages = size = 0
    # Only for showing how much there is; where that is refused, opening the folder says so.
    with suppress(CommandRefusedError):
        messages, size = old.size_of(name)
    with holder.writing() as session:
        session.add(MoveFolder(move_id=holder.move_id, name=name, target=target, messages=messages, size=size))


def _note_unusable(holder: Holder, folders: Collection[Folder]) -> None:
    """Say which folders stay behind because of their names, anew each time."""
    names = {words(folder.name.encode("latin-1")) or "?" for folder in folders}
    with holder.writing() as session:
        session.execute(sa.delete(MoveFolder).where(MoveFolder.move_id == holder.move_id, MoveFolder.target == ""))
        taken = set(session.scalars(sa.select(MoveFolder.name).where(MoveFolder.move_id == holder.move_id)))
        for name in sorted(names - taken):
            session.add(MoveFolder(move_id=holder.move_id, name=name, target="", detail=UNUSABLE))
