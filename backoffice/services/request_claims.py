"""Whose turn a request for a permanent account is: taken by one person of the desk, decided by one.

Source: mission S30, S32; issue "From temporary to permanent" (two people cannot decide twice, no self-approval).
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account, Link, PermanentRequest
from backoffice.rules import request_states as states
from backoffice.rules.errors import RefusedError

NO_REQUEST = N_("There is no such request.")
TAKEN = N_("%(name)s is working on this request.")
OWN = N_("Nobody decides about his or her own request; somebody else has to.")
# So long a request stays with who took it; who forgets it holds nobody up.
HELD_FOR = dt.timedelta(minutes=30)


def claimed(session: Session, request_id: int) -> PermanentRequest:
    """Give the request, kept for this transaction alone. Raises RefusedError."""
    mine = sa.select(PermanentRequest).where(PermanentRequest.id == request_id).with_for_update()
    request = session.scalar(mine.execution_options(populate_existing=True))
    if request is None:
        raise RefusedError(NO_REQUEST)
    return request


def to_decide(session: Session, request_id: int, actor: str, *wanted: str) -> PermanentRequest:
    """Give a request that this person may decide about now, kept for this transaction.

    Raises RefusedError where it is decided already, somebody else is working on it, or it is the person's own.
    """
    request = claimed(session, request_id)
    if request.state not in (wanted or states.UNDECIDED):
        raise RefusedError(states.WRONG_STATE)
    other = taken_by(request)
    if other not in ("", actor):
        raise RefusedError(TAKEN, {"name": other})
    if _is_own(session, request, actor):
        raise RefusedError(OWN)
    return request


def take(request_id: int, *, actor: str) -> None:
    """Keep others from deciding for half an hour. Raises RefusedError as ``to_decide`` does."""
    with writing() as session:
        request = to_decide(session, request_id, actor, *states.UNDECIDED, states.FAILED)
        request.taken_by, request.taken_at = actor, clock.now()


def let_go(request_id: int, *, actor: str) -> None:
    """Let others decide again. Raises RefusedError where somebody else took it."""
    with writing() as session:
        request = claimed(session, request_id)
        other = taken_by(request)
        if other not in ("", actor):
            raise RefusedError(TAKEN, {"name": other})
        free(request)


def free(request: PermanentRequest) -> None:
    """Note in the caller's transaction that nobody works on it any more."""
    request.taken_by, request.taken_at = "", None


def taken_by(request: PermanentRequest) -> str:
    """Give who is working on a request, "" for nobody."""
    is_held = request.taken_at is not None and request.taken_at > clock.now() - HELD_FOR
    return request.taken_by if is_held else ""


def _is_own(session: Session, request: PermanentRequest, actor: str) -> bool:
    """Say whether the desk user is the person who asks, by any name the person has or is to have."""
    account = session.get_one(Account, request.account_id)
    linked = session.scalars(sa.select(Link.username).where(Link.person_id == account.person_id))
    return actor.lower() in {name.lower() for name in (request.username, account.username, *linked)}
