"""One act on many mail moves. Source: issue "Mail moves" 4."""

from collections.abc import Callable, Iterable

from backoffice.rules.errors import RefusedError
from backoffice.services import mail_move_password, mail_moves
from backoffice.settings import Settings

RETRY, ASK = "retry", "ask"
ACTS = (RETRY, ASK)


def carry_out(act: str, move_ids: Iterable[int], *, actor: str, settings: Settings) -> tuple[int, int]:
    """Do one of ACTS with each move; give with how many it was done, and how many are in no state for it.

    One that is refused does not stop the others.
    """
    done = left = 0
    work = _work(act, actor, settings)
    for move_id in move_ids:
        try:
            work(move_id)
            done += 1
        except RefusedError:
            left += 1
    return done, left


def _work(act: str, actor: str, settings: Settings) -> Callable[[int], None]:
    if act == ASK:
        return lambda move_id: mail_move_password.ask(move_id, actor=actor, settings=settings)
    return lambda move_id: mail_moves.retry(move_id, actor=actor)
