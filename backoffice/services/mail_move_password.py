"""The password of an old mailbox, asked for again by the desk (SMS and mail), given in the profile.

Source: issue "Mail moves" 4.
"""

import datetime as dt

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import MailMove, PermanentRequest
from backoffice.ports.seal import Sealer
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import mail_moves, old_mailboxes, request_messages
from backoffice.services.message_texts import OLD_MAIL_PASSWORD
from backoffice.services.permanent_requests import secret_context
from backoffice.settings import Settings

TOLD_AGAIN = dt.timedelta(days=1)
TOLD_TODAY = N_("The person was told within the last day and has not answered yet.")


def ask(move_id: int, *, actor: str, settings: Settings) -> None:
    """Let a move wait for the password, and tell the person so, once a day at most.

    The password that did not work is erased. Raises RefusedError, also where the person was told and still has time.
    """
    with writing() as session:
        move = mail_moves.locked(session, move_id)
        before, now = move.state, clock.now()
        told = is_told(move, now)
        _check(before, told=told)
        mail_moves.erase_credentials(session, move)
        move.state = states.CREDENTIALS_NEEDED
        mail_moves.shelve(session, move)
        if not told:
            request = session.get_one(PermanentRequest, move.request_id)
            request_messages.tell(session, request, OLD_MAIL_PASSWORD, actor, settings, {})
            move.asked_at = now
        mail_moves.record(move, "asked", actor, before)


def is_told(move: MailMove, now: dt.datetime) -> bool:
    """Say whether the person was told within the last day."""
    return move.asked_at is not None and now < move.asked_at + TOLD_AGAIN


def _check(before: str, *, told: bool) -> None:
    """Raise RefusedError where nobody can be asked: a move is at work or over, or the person was told just now."""
    if before in states.WORKING:
        raise RefusedError(states.WRONG_STATE)
    if before != states.CREDENTIALS_NEEDED:
        states.check_step(before, states.CREDENTIALS_NEEDED)
    elif told:
        raise RefusedError(TOLD_TODAY)


def give(account_id: int, password: str, *, address: str, settings: Settings) -> None:
    """Take the password from the person, once it was tried at the old server; the move goes on.

    Raises InvalidFieldsError, MailboxDownError, TooManyTriesError, and RefusedError where none is waited for.
    """
    waits = (
        sa.select(MailMove.id, MailMove.old_name)
        .join(PermanentRequest, PermanentRequest.id == MailMove.request_id)
        .where(PermanentRequest.account_id == account_id, MailMove.state == states.CREDENTIALS_NEEDED)
    )
    found = db.session.execute(waits).first()
    if found is None:
        raise RefusedError(states.WRONG_STATE)
    db.session.rollback()
    proved = old_mailboxes.proved(old_mailboxes.Tried(found.old_name, password, account_id, address), settings)
    with writing() as session:
        move = mail_moves.locked(session, found.id)
        states.check_step(move.state, states.QUEUED)
        request = session.get_one(PermanentRequest, move.request_id, with_for_update=True, populate_existing=True)
        context = secret_context(request.tracking_code)
        request.mailbox_secret, request.secret_erased_at = Sealer(settings).seal(proved.encode(), context), None
        request.mailbox_proved_at = clock.now()
        move.credentials_erased_at = None
        mail_moves.start_again(session, move, "applicant")
        mail_moves.record(move, "credentials", "applicant", states.CREDENTIALS_NEEDED)
