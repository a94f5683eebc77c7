"""One turn of one move: opens both mailboxes, and goes on where the last turn ended.

copying (every folder) → verifying → delta (copying once more, flags too, then verifying what is new) → done.
Source: mission S31; issue "Mail moves" 1.
"""

import time
from collections.abc import Callable

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import MailMove, MoveFolder, PermanentRequest
from backoffice.ports.imap_faults import CommandRefusedError, LoginRefusedError
from backoffice.ports.imap_open import master_login, opened, opened_as_master
from backoffice.ports.imap_session import Session
from backoffice.ports.mail_server import MailServer
from backoffice.ports.seal import Sealer
from backoffice.rules import mail_move_states as states
from backoffice.services import mail_move_first
from backoffice.services import mail_move_ledger as ledger
from backoffice.services.mail_move_copy import Copier
from backoffice.services.mail_move_first import Login
from backoffice.services.mail_move_ledger import Holder
from backoffice.services.mail_move_plan import folders_of, plan
from backoffice.services.mail_move_verify import Verifier
from backoffice.services.permanent_requests import secret_context
from backoffice.settings import Settings

_NEXT = {states.COPYING: states.VERIFYING, states.VERIFYING: states.DELTA}
_LAST_LOOK = "last_look"
ERASED = N_("The password of the old mailbox was erased; ask the person for it again.")


class PasswordErasedError(LoginRefusedError):
    """There is no password of the person any more, and no master user either."""


def run(holder: Holder, settings: Settings) -> bool:
    """Work on a move until it is copied and verified; say whether nothing is left to do but to wait for the desk.

    Raises TransportError, StoppedError, TurnOverError.
    """
    login = _login(holder, settings)
    with (
        opened(MailServer.of("old_imap", settings), login.name, login.password) as old,
        opened_as_master(MailServer.of("new_imap", settings), _the_move(holder).new_name) as new,
    ):
        return _Run(holder, settings, old, new, login).go_on()


class _Run:
    def __init__(self, holder: Holder, settings: Settings, old: Session, new: Session, login: Login) -> None:
        self.holder, self.settings, self.old, self.new, self.login = holder, settings, old, new, login
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
                mail_move_first.copy_all(self.holder, self.old, self.new, self.login, self.settings)
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
            plan(self.holder, self.old, self.new)
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
            ours = sa.update(MoveFolder).where(MoveFolder.move_id == move.id, MoveFolder.target != "")
            session.execute(ours.values(anew))

    def _each(self, phase: str, work: Callable[[MoveFolder], None]) -> None:
        """Do a phase with every folder that has not gone through it; one that is refused does not stop the others."""
        began, moved = time.monotonic(), 0
        for folder in folders_of(self.holder):
            if folder.phase == phase or not folder.target:
                continue
            fault = None
            try:
                work(folder)
            except CommandRefusedError as refusal:
                fault = refusal
            more = self._note(folder, phase, fault)
            moved += more
            if more:
                self._note_speed(moved / max(time.monotonic() - began, 0.001))
            self.holder.check_turn()

    def _note(self, folder: MoveFolder, phase: str, fault: CommandRefusedError | None) -> int:
        """Note that a folder went through a phase; give how many bytes more of it are moved."""
        with self.holder.writing() as session:
            row = session.get_one(MoveFolder, folder.id, populate_existing=True)
            row.phase = phase
            if fault is not None:
                row.detail, row.values = fault.message, fault.values
            ledger.count(session, row.id)
            return max(0, row.size_done - folder.size_done)

    def _note_speed(self, speed: float) -> None:
        """Note the speed over all folders of a pass: that of a small one says nothing about the others."""
        with self.holder.writing() as session:
            session.get_one(MailMove, self.holder.move_id).speed = int(speed)


def _login(holder: Holder, settings: Settings) -> Login:
    """Say how the mailbox at the old server opens: with the person's own password, else as its master user."""
    server, move = MailServer.of("old_imap", settings), _the_move(holder)
    request = db.session.get_one(PermanentRequest, move.request_id)
    secret, context, name = request.mailbox_secret, secret_context(request.tracking_code), move.old_name
    db.session.rollback()
    if not secret and not server.has_master:
        raise PasswordErasedError(ERASED)
    if not secret:
        return Login(master_login(server, name), server.password)
    return Login(name, Sealer(settings).unseal(secret, context).decode())


def _the_move(holder: Holder) -> MailMove:
    db.session.rollback()
    move = db.session.get_one(MailMove, holder.move_id)
    db.session.expunge(move)
    return move
