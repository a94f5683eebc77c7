"""The link in an SMS by which a person goes on with a repaired registration, without typing the identity again.

Opening it changes nothing: mail and message readers fetch addresses by themselves. Source: mission §5, S29.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Continuation, Registration
from backoffice.rules.registration_states import OPEN
from backoffice.settings import Settings

LIFE = dt.timedelta(days=7)
PATH = "/request/continue/"
_BYTES = 16


def make_link(session: Session, registration: Registration, settings: Settings) -> str:
    """Give the address by which a registration goes on, inside the caller's transaction; older links of it end."""
    end(session, registration.id)
    token, now = secrets.token_urlsafe(_BYTES), clock.now()
    session.add(Continuation(
        token_hash=_hash(token), registration_id=registration.id, created_at=now, expires_at=now + LIFE,
    ))  # fmt: skip
    return f"{settings.url}{PATH}{token}"


def open_link(token: str) -> Registration | None:
    """Give the registration a link belongs to. Writes nothing.

    None for a link that is unknown, over or replaced, and once the registration has ended or its account is on its
    way: a link that is found later opens nothing.
    """
    living = Continuation.ended_at.is_(None), Continuation.expires_at > clock.now()
    question = sa.select(Registration).join(Continuation, Continuation.registration_id == Registration.id)
    found = db.session.scalar(question.where(Continuation.token_hash == _hash(token), *living))
    return found if found is not None and found.state in OPEN else None


def take_up(token: str) -> Registration | None:
    """Go on by a link: the day after which an open registration counts as left begins anew. None as for open_link."""
    return _take_up(lambda: open_link(token))


def is_alive(registration_id: int) -> bool:
    """Say whether a link of this registration is good and the registration open."""
    return _awaited(registration_id) is not None


def take_up_proved(registration_id: int) -> Registration | None:
    """Go on as by its link, for who proved the number the link went to. None where there is no good link."""
    return _take_up(lambda: _awaited(registration_id))


def _take_up(find: Callable[[], Registration | None]) -> Registration | None:
    with writing() as session:
        found = find()
        if found is None:
            return None
        found.updated_at = clock.now()
        session.flush()
    return found


def _awaited(registration_id: int) -> Registration | None:
    open_one = Registration.id == registration_id, Registration.state.in_(OPEN), Registration.id.in_(awaited())
    return db.session.scalar(sa.select(Registration).where(*open_one))


def end(session: Session, registration_id: int) -> None:
    """End the links of a registration inside the caller's transaction."""
    now = clock.now()
    living = Continuation.registration_id == registration_id, Continuation.ended_at.is_(None)
    session.execute(sa.update(Continuation).where(*living).values(ended_at=now))


def awaited() -> sa.Select[int]:
    """Give (as a question) the registrations whose link is still good: they are not abandoned after a day."""
    now = clock.now()
    question = sa.select(Continuation.registration_id)
    return question.where(Continuation.ended_at.is_(None), Continuation.expires_at > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
