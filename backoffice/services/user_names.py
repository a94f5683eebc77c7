"""Names of permanent accounts in our register: looked at, held for a request, kept for ever.

A name that was ever used, here or in the directory, is never given to anybody else; nor is one that looks like it.
Source: mission S22, S33; reliability.md §2.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Account, Link, UserName
from backoffice.models.user_name import HELD, USED
from backoffice.rules import usernames
from backoffice.rules.errors import RefusedError
from backoffice.services import directory_names, mailbox_names
from backoffice.services.rows import add_if_missing
from backoffice.settings import Settings

TAKEN = N_("This name is taken, or looks too much like one that is; please choose another one.")
# A decision takes at most some working days; what waits longer is held anew whenever the request is judged.
HOLD = dt.timedelta(days=30)
MOST_SUGGESTIONS = 5
_LOOKED_AT = 40
_DIRECTORY, _REQUEST = "directory", "request"
_BATCH = 1000


class NameTakenError(RefusedError):
    """Somebody else has, holds or had the name."""

    def __init__(self) -> None:
        super().__init__(TAKEN)


def refuse_taken(name: str, settings: Settings, *, request_id: int | None = None) -> None:
    """Raise RefusedError for a name that cannot be given: not allowed, or somebody's, in register, directory or mail.

    A mail server that does not answer is in nobody's way. Raises DirectoryDownError where the directory does not
    answer. Reads only.
    """
    usernames.check(name)
    if _taken_here(db.session(), [name], request_id) or directory_names.taken([name], settings):
        raise NameTakenError
    if mailbox_names.is_surely_somebodys(name, settings):
        raise NameTakenError


def suggest(latin_first: str, latin_last: str, settings: Settings) -> list[str]:
    """Give up to five free names built from Latin names. Raises DirectoryDownError."""
    wanted = list(islice(usernames.suggestions(latin_first, latin_last), _LOOKED_AT))
    taken = _taken_here(db.session(), wanted, None)
    left = [name for name in wanted if name not in taken]
    taken = directory_names.taken(left, settings) if left else set()
    return [name for name in left if name not in taken][:MOST_SUGGESTIONS]


def is_free(session: Session, name: str, request_id: int) -> bool:
    """Say whether our register knows of nobody else with this name, or with one that looks like it."""
    return not _taken_here(session, [name], request_id)


def hold(session: Session, name: str, request_id: int) -> None:
    """Hold a name for a request in the caller's transaction; again, it is held for longer. Raises NameTakenError."""
    _one_at_a_time(session)
    if _taken_here(session, [name], request_id):
        raise NameTakenError
    now = clock.now()
    values = {
        "name": name, "look": usernames.look(name), "state": HELD, "origin": _REQUEST, "request_id": request_id,
        "since": now, "until": now + HOLD,
    }  # fmt: skip
    if not add_if_missing(session, UserName, values):
        # What is left of a hold that is over, or our own.
        session.execute(sa.update(UserName).where(UserName.name == name).values(values))


def keep_for_ever(session: Session, name: str, request_id: int) -> None:
    """Note that a name was given, in the caller's transaction."""
    given = {"state": USED, "until": None, "request_id": request_id}
    now = clock.now()
    values = {"name": name, "look": usernames.look(name), "origin": _REQUEST, "since": now, **given}
    if not add_if_missing(session, UserName, values):
        session.execute(sa.update(UserName).where(UserName.name == name).values(given))


def let_go(session: Session, request_id: int) -> None:
    """End the holds of a request in the caller's transaction."""
    held = sa.delete(UserName).where(UserName.request_id == request_id, UserName.state == HELD)
    session.execute(held)


def remember(session: Session, names: Iterable[str]) -> int:
    """Keep names that the directory has for ever, in the caller's transaction; give how many were new."""
    # A name without a letter is the code of a temporary account.
    folded = {name for given in names if re.search("[a-z]", name := usernames.folded(given))}
    new, now = sorted(folded - set(session.scalars(sa.select(UserName.name)))), clock.now()
    for start in range(0, len(new), _BATCH):
        rows = [
            {"name": name, "look": usernames.look(name), "state": USED, "origin": _DIRECTORY, "since": now}
            for name in new[start : start + _BATCH]
        ]
        # On the connection, past the bookkeeping of the session.
        session.connection().execute(sa.insert(UserName), rows)
    return len(new)


def _taken_here(session: Session, names: Sequence[str], request_id: int | None) -> set[str]:
    """Give those of the names that somebody else has, holds or had, or that look like such a one."""
    looks = {name: usernames.look(name) for name in names}
    living = (UserName.state == USED) | (UserName.until > clock.now())
    others = sa.or_(UserName.request_id.is_(None), UserName.request_id != request_id)
    in_use = sa.select(UserName.look).where(UserName.look.in_(looks.values()), living, others)
    seen = set(session.scalars(in_use))
    found = {name for name, look in looks.items() if look in seen}
    for column in (Account.username, Link.username):
        found |= set(session.scalars(sa.select(column).where(column.in_(names))))
    return found


def _one_at_a_time(session: Session) -> None:
    """Let nobody else hold a name until this transaction ends: two names may look the same without being the same."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE user_name IN SHARE ROW EXCLUSIVE MODE"))
