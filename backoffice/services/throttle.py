"""Slowing down guesses: each failure in a row makes the next try wait longer, up to an hour; the hundredth closes.

A try is counted before anything is compared, so parallel guesses cannot slip through. Names that do not exist are
counted like others. Source: reliability.md §1 and §4 (delay 1 s to 1 h, ceiling 100 consecutive).
"""

import datetime as dt
import hashlib

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import LoginThrottle
from backoffice.rules.errors import RefusedError
from backoffice.services.rows import add_if_missing

FREE_TRIES = 3
CEILING = 100
LONGEST = 3600.0
FORGET_ADDRESS_AFTER = dt.timedelta(hours=1)
FREE_TRIES_OF_ADDRESS = 30
KEEP_NAME = dt.timedelta(days=90)
_GROWTH = LONGEST ** (1 / (CEILING - FREE_TRIES - 1))
TOO_MANY = N_("Too many tries in a row. Please wait a while and then try again.")


class TooManyTriesError(RefusedError):
    """The next try must wait; ``until`` says how long, None where only an administrator can help."""

    def __init__(self, until: dt.datetime | None) -> None:
        super().__init__(TOO_MANY)
        self.until = until


def delay_after(failures: int) -> dt.timedelta:
    """Give the pause after so many failures in a row: none for three, then 1 s growing evenly to 1 h."""
    beyond = failures - FREE_TRIES
    return dt.timedelta() if beyond < 1 else dt.timedelta(seconds=min(_GROWTH ** (beyond - 1), LONGEST))


def count_try(username: str, address: str) -> None:
    """Count one try for the name and for the address. Raises TooManyTriesError, and then counts nothing."""
    now = clock.now()
    with writing():
        by_name, by_address = _locked(_name(username), now), _locked(_address(address), now)
        if now - by_address.updated_at > FORGET_ADDRESS_AFTER:
            by_address.failures, by_address.not_before = 0, None
        if by_name.failures >= CEILING:
            raise TooManyTriesError(None)
        waits = [row.not_before for row in (by_name, by_address) if row.not_before and row.not_before > now]
        if waits:
            raise TooManyTriesError(max(waits))
        _add(by_name, now, FREE_TRIES)
        _add(by_address, now, FREE_TRIES_OF_ADDRESS)


def forget(username: str, address: str | None = None) -> None:
    """Start from nothing after a success or a reset by an administrator."""
    subjects = [_name(username), *([_address(address)] if address else [])]
    with writing() as session:
        session.execute(sa.delete(LoginThrottle).where(LoginThrottle.subject.in_(subjects)))


def purge() -> int:
    """Delete what no longer slows anybody down; a name at the ceiling stays closed. Give the number of rows."""
    now = clock.now()
    is_name = LoginThrottle.subject.startswith("name:")
    old_name = sa.and_(is_name, LoginThrottle.failures < CEILING, LoginThrottle.updated_at < now - KEEP_NAME)
    old_address = sa.and_(~is_name, LoginThrottle.updated_at < now - FORGET_ADDRESS_AFTER)
    with writing() as session:
        gone = sa.delete(LoginThrottle).where(sa.or_(old_name, old_address)).returning(LoginThrottle.subject)
        return len(session.scalars(gone).all())


def _locked(subject: str, now: dt.datetime) -> LoginThrottle:
    with writing() as session:
        add_if_missing(session, LoginThrottle, {"subject": subject, "failures": 0, "updated_at": now})
        row = session.get(LoginThrottle, subject, with_for_update=True)
        assert row is not None
        return row


def _add(row: LoginThrottle, now: dt.datetime, free: int) -> None:
    row.failures += 1
    row.not_before = now + delay_after(row.failures + FREE_TRIES - free)
    row.updated_at = now


def _name(username: str) -> str:
    return "name:" + hashlib.sha256(username.encode()).hexdigest()


def _address(address: str) -> str:
    return "address:" + hashlib.sha256(address.encode()).hexdigest()
