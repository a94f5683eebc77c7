"""One turn of one move: opens both mailboxes, and goes on where the last turn ended.

copying (every folder) → verifying → delta (copying once more, flags too, then verifying what is new) → done.
Source: mission S31; issue "Mail moves" 1.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import MailMove, MoveFolder, PermanentRequest
from backoffice.ports.imap_faults import CommandRefusedError
from backoffice.ports.imap_open import opened, opened_as_master
from backoffice.ports.imap_session import Session
from backoffice.ports.mail_server import MailServer
from backoffice.ports.seal import Sealer
from backoffice.rules import mail_folders
from backoffice.rules import mail_move_states as states
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_copy import Copier
from backoffice.services.mail_move_ledger import Holder
from backoffice.services.mail_move_verify import Verifier
from backoffice.services.permanent_requests import secret_context
from backoffice.settings import Settings

_NEXT = {states.COPYING: states.VERIFYING, states.VERIFYING: states.DELTA}
_LAST_LOOK = "last_look"


def run(holder: Holder, settings: Settings) -> bool:
    """Work on a move until it is copied and verified; say whether nothing is left to do but to wait for the desk.

    Raises TransportError, StoppedError, TurnOverError.
    """
    with (
        _old_mailbox(holder, settings) as old,
        opened_as_master(MailServer.of("new_imap", settings), _the_move(holder).new_name) as new,
    ):
        return _Run(holder, settings, old, new).go_on()


class _Run:
    def __init__(self, holder: Holder, settings: Settings, old: Session, new: Session) -> None:
        self.holder, self.settings, self.old, self.new = holder, settings, old, new
        self.copier = Copier(old, new, holder, settings.mail_move)
        self.verifier = Verifier(new, holder, settings.mail_move)

    def go_on(self) -> bool:
        while True:
            state = _the_move(self.holder).state
            if state in (states.QUEUED, states.FAILED):
                with self.holder.writing() as session:
                    ledger.forget_refused(session, self.holder.move_id)
                self._begin(states.COPYING)
            elif state == states.COPYING:
                self._each(states.COPYING, self.copier.copy)
                self._begin(states.VERIFYING)
            elif state == states.VERIFYING:
                self._each(states.VERIFYING, self.verifier.verify)
                self._begin(states.DELTA)
            else:
                return self._delta()

    def _delta(self) -> bool:
        """Look once more for what came meanwhile; say whether new mail goes to the new server already."""
        waits = self.settings.mail_move.delivery == "by_hand" and _the_move(self.holder).delivered_at is None
        self._each(states.DELTA, lambda folder: self.copier.copy(folder, with_flags=True))
        self._each(_LAST_LOOK, self.verifier.verify)
        if waits:
            self._begin(states.DELTA)
        return not waits

    def _begin(self, state: str) -> None:
        """Enter a phase; where something is to be copied, the folders of both servers are compared anew."""
        if state != states.VERIFYING:
            self._plan()
        with self.holder.writing() as session:
            move = session.get_one(MailMove, self.holder.move_id)
            now = clock.now()
            if state != move.state:
                states.check_step(move.state, state)
            move.state, move.failure, move.detail, move.values = state, "", "", {}
            move.started_at = move.started_at or now
            if state == states.DELTA:
                move.verified_at = now
            anew = {"phase": ""} if state == states.VERIFYING else {"phase": "", "detail": "", "values": {}}
            session.execute(sa.update(MoveFolder).where(MoveFolder.move_id == move.id).values(anew))

    def _plan(self) -> None:
        """Say where each folder goes; make and subscribe those that are missing."""
        source = [folder for folder in self.old.folders() if mail_folders.is_usable(folder.name)]
        there = self.new.folders()
        known = {row.name: row.target for row in _folders(self.holder)}
        planned = mail_folders.plan(source, self.old.place(), there, self.new.place())
        targets = {name: known.get(name, target) for name, target in planned.items()}
        targets = mail_folders.apart(targets, known)
        names = {folder.name for folder in there if folder.is_selectable}
        subscribed = {folder.name for folder in there if folder.subscribed}
        wanted = {folder.name for folder in source if folder.subscribed}
        for name, target in targets.items():
            # Where that is refused, opening the folder says so.
            with suppress(CommandRefusedError):
                if target not in names and target != mail_folders.INBOX:
                    self.new.create(target)
                if name in wanted and target not in subscribed:
                    self.new.subscribe(target)
        sizes = {name: self.old.size_of(name) for name in targets if name not in known}
        with self.holder.writing() as session:
            for name, (messages, size) in sizes.items():
                session.add(
                    MoveFolder(
                        move_id=self.holder.move_id, name=name, target=targets[name], messages=messages, size=size
                    )
                )
            session.flush()
            ledger.add_up(session, self.holder.move_id)

    def _each(self, phase: str, work: Callable[[MoveFolder], None]) -> None:
        """Do a phase with every folder that has not gone through it; one that is refused does not stop the others."""
        for folder in _folders(self.holder):
            if folder.phase == phase:
                continue
            began, fault = time.monotonic(), None
            try:
                work(folder)
            except CommandRefusedError as refusal:
                fault = refusal
            self._note(folder, phase, time.monotonic() - began, fault)
            self.holder.check_turn()

    def _note(self, folder: MoveFolder, phase: str, seconds: float, fault: CommandRefusedError | None) -> None:
        with self.holder.writing() as session:
            row = session.get_one(MoveFolder, folder.id, populate_existing=True)
            row.phase = phase
            if fault is not None:
                row.detail, row.values = fault.message, fault.values
            ledger.count(session, row.id)
            if row.size_done > folder.size_done:
                move = session.get_one(MailMove, row.move_id, populate_existing=True)
                move.speed = int((row.size_done - folder.size_done) / max(seconds, 0.001))


def _old_mailbox(holder: Holder, settings: Settings) -> AbstractContextManager[Session]:
    """Open the mailbox at the old server: with the person's own password, else as its master user."""
    server, move = MailServer.of("old_imap", settings), _the_move(holder)
    request = db.session.get_one(PermanentRequest, move.request_id)
    secret, context, name = request.mailbox_secret, secret_context(request.tracking_code), move.old_name
    db.session.rollback()
    if not secret:
        return opened_as_master(server, name)
    return opened(server, name, Sealer(settings).unseal(secret, context).decode())


def _the_move(holder: Holder) -> MailMove:
    db.session.rollback()
    move = db.session.get_one(MailMove, holder.move_id)
    db.session.expunge(move)
    return move


def _folders(holder: Holder) -> list[MoveFolder]:
    rows = db.session.scalars(
        sa.select(MoveFolder).where(MoveFolder.move_id == holder.move_id).order_by(MoveFolder.id)
    ).all()
    db.session.expunge_all()
    db.session.rollback()
    return list(rows)
