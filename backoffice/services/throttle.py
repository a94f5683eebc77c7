"""Slowing down guesses: each failure in a row makes the next try wait longer, up to an hour; the hundredth closes.

A try is counted before anything is compared, so parallel guesses cannot slip through. Names that do not exist are
counted like others. Where a person has logged in before, that address has a count of its own, so that a stranger who
keeps guessing elsewhere cannot shut the person out. Source: reliability.md §1, §2, §4 (1 s to 1 h, ceiling 100).
"""

import datetime as dt
import hashlib

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import LoginThrottle
from backoffice.rules.errors import RefusedError
from backoffice.services.rows import add_if_missing

FREE_TRIES = 3
CEILING = 100
LONGEST = 3600.0
FORGET_ADDRESS_AFTER = dt.timedelta(hours=1)
FREE_TRIES_OF_ADDRESS = 30
KNOWN_FOR = dt.timedelta(days=30)
_HASH_LENGTH = 40
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
        by_name, by_address = (_locked(subject, now) for subject in _subjects(username, address, now))
        if now - by_address.updated_at > FORGET_ADDRESS_AFTER:
            by_address.failures, by_address.not_before = 0, None
        if by_name.failures >= CEILING:
            raise TooManyTriesError(None)
        waits = [row.not_before for row in (by_name, by_address) if row.not_before and row.not_before > now]
        if waits:
            raise TooManyTriesError(max(waits))
        _add(by_name, now, FREE_TRIES)
        _add(by_address, now, FREE_TRIES_OF_ADDRESS)


def give_back(username: str, address: str) -> None:
    """Take the last try out of the count: what should have judged it did not answer."""
    with writing() as session:
        counted = LoginThrottle.subject.in_(_subjects(username, address, clock.now()))
        less = {"failures": LoginThrottle.failures - 1, "not_before": None}
        session.execute(sa.update(LoginThrottle).where(counted, LoginThrottle.failures > 0).values(less))


def succeeded(username: str, address: str) -> None:
    """Start from nothing after a login, and know the address from now on."""
    now = clock.now()
    with writing() as session:
        forget(username)
        session.execute(sa.delete(LoginThrottle).where(LoginThrottle.subject == _address(address)))
        known = _known(username, address)
        add_if_missing(session, LoginThrottle, {"subject": known, "failures": 0, "updated_at": now})


def forget(username: str) -> None:
    """Start from nothing for a name, for example when an administrator sets a new password."""
    subject = LoginThrottle.subject
    with writing() as session:
        session.execute(sa.delete(LoginThrottle).where(subject == _name(username)))
        session.execute(sa.delete(LoginThrottle).where(subject.startswith(_known(username, ""), autoescape=True)))


def _subjects(username: str, address: str, now: dt.datetime) -> tuple[str, str]:
    known = _known(username, address)
    recent = sa.select(LoginThrottle.subject).where(
        LoginThrottle.subject == known, LoginThrottle.updated_at > now - KNOWN_FOR
    )
    by_name = known if db.session.scalar(recent) else _name(username)
    return by_name, _address(address)


def purge() -> int:
    """Delete what no longer slows anybody down; a name at the ceiling stays closed. Give the number of rows."""
    now, count = clock.now(), LoginThrottle
    of_address = count.subject.startswith("address:")
    old_name = sa.and_(~of_address, count.failures < CEILING, count.updated_at < now - KNOWN_FOR)
    old_address = sa.and_(of_address, count.updated_at < now - FORGET_ADDRESS_AFTER)
    with writing() as session:
        gone = sa.delete(count).where(sa.or_(old_name, old_address)).returning(count.subject)
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
    return f"name:{_short_hash(username)}"


def _address(address: str) -> str:
    return f"address:{_short_hash(address)}"


def _known(username: str, address: str) -> str:
    return f"known:{_short_hash(username)}:{_short_hash(address) if address else ''}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
