"""One act on many mail moves: looked at first, then done with each that takes part. Source: issue "Mail moves" 4."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import MailMove
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import mail_move_list, mail_move_password, mail_moves
from backoffice.services.mail_move_list import Row
from backoffice.settings import Settings

RETRY, ASK, PAUSE, RESUME, CANCEL = "retry", "ask", "pause", "resume", "cancel"
ACTS = (RETRY, ASK, PAUSE, RESUME, CANCEL)
# One answer of the desk does not take longer than a reader waits: some ten milliseconds each.
MOST = 2_000
TOO_MANY = N_("At most %(most)s mailboxes can be chosen at once; narrow the list with the filters.")
NOBODY = N_("Please choose at least one mailbox.")
AT_WORK = N_("It is at work now.")
IN_TURN = N_("It waits for its turn already.")
OVER = N_("It is over; on its own page it can be tried again.")
WAITED_FOR = N_("The person is asked for the password already.")
NOT_THE_PASSWORD = N_("It is not the password that stops it; on its own page the person can be asked nevertheless.")
PAUSED_ALREADY, NOT_PAUSED = N_("It is paused already."), N_("It is not paused.")


@dataclass(frozen=True)
class Preview:
    """With which moves something would be done, and which are left as they are, each with the reason (a message id)."""

    act: str
    taking_part: Sequence[Row]
    left: Sequence[tuple[Row, str]]


def preview(act: str, move_ids: Collection[int]) -> Preview:
    """Say what one of ACTS would do to these moves. Writes nothing. Raises RefusedError for none or too many."""
    if len(move_ids) > MOST:
        raise RefusedError(TOO_MANY, {"most": MOST})
    now, rows = clock.now(), mail_move_list.of_ids(move_ids)
    if not rows:
        raise RefusedError(NOBODY)
    judged = [(row, _why_not(act, row.move, now)) for row in rows]
    return Preview(act, [row for row, why in judged if not why], [(row, why) for row, why in judged if why])


def carry_out(act: str, move_ids: Iterable[int], *, actor: str, settings: Settings) -> tuple[int, int]:
    """Do it with each move that takes part; give with how many it was done, and how many were left as they are.

    One that is refused does not stop the others. Raises RefusedError for none or too many.
    """
    found = preview(act, list(move_ids))
    done, left = 0, len(found.left)
    work = _work(act, actor, settings)
    for move_id in [row.move.id for row in found.taking_part]:
        try:
            work(move_id)
            done += 1
        except RefusedError:
            left += 1
    return done, left


def _why_not(act: str, move: MailMove, now: dt.datetime) -> str:
    """Give why a move takes no part, "" where it does: with many at once less is done than with one."""
    if move.state not in states.OPEN and (act != RETRY or move.state == states.DONE):
        return OVER
    return _OPEN[act](move, now)


def _why_not_tried(move: MailMove, _now: dt.datetime) -> str:
    is_in_turn = move.state == states.QUEUED and not move.detail and not move.paused_at
    if move.state == states.CREDENTIALS_NEEDED:
        return WAITED_FOR
    return AT_WORK if move.state in states.WORKING else IN_TURN if is_in_turn else ""


def _why_not_asked(move: MailMove, now: dt.datetime) -> str:
    if move.state == states.CREDENTIALS_NEEDED:
        return mail_move_password.TOLD_TODAY if mail_move_password.is_told(move, now) else ""
    # A password that works is not to be erased because of something else.
    return "" if move.failure == states.AUTH else NOT_THE_PASSWORD


# Act -> why an open move (or a cancelled one that is to be tried again) takes no part in it.
_OPEN: dict[str, Callable[[MailMove, dt.datetime], str]] = {
    RETRY: _why_not_tried,
    ASK: _why_not_asked,
    PAUSE: lambda move, _now: PAUSED_ALREADY if move.paused_at else "",
    RESUME: lambda move, _now: "" if move.paused_at else NOT_PAUSED,
    CANCEL: lambda _move, _now: "",
}


def _work(act: str, actor: str, settings: Settings) -> Callable[[int], None]:
    if act == ASK:
        return lambda move_id: mail_move_password.ask(move_id, actor=actor, settings=settings)
    work = {
        RETRY: mail_moves.retry, PAUSE: mail_moves.pause, RESUME: mail_moves.resume, CANCEL: mail_moves.cancel,
    }[act]  # fmt: skip
    return lambda move_id: work(move_id, actor=actor)
