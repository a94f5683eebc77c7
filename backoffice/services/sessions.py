"""Server-side sessions of desk users and of holders of accounts: the cookie holds a token, the table its SHA-256.

Idle life 30 min, whole life 8 h, rotated at login, ended at logout. A session of nobody (before the login, and on the
request pages, where a code may wait for the SMS gateway) lives for a day. Source: reliability.md §1, §2; mission S28.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Staff, WebSession
from backoffice.models.types import UtcDateTime
from backoffice.services.rows import upsert

IDLE = dt.timedelta(minutes=30)
LIFE = dt.timedelta(hours=8)
LIFE_OF_NOBODY = dt.timedelta(hours=24)
TOUCH_EVERY = dt.timedelta(minutes=1)
TOUCH_PATIENCE_MS = 100
FRESH = dt.timedelta(minutes=10)
_TOKEN_BYTES = 32
# What is read of the session with a ``hash``; a room may read more along with it, and hands the row to ``found_in``.
KEPT = sa.select(
    WebSession.staff_id, WebSession.account_id.label("holder_id"), WebSession.data, WebSession.created_at,
    WebSession.seen_at, WebSession.fresh_at,
).where(WebSession.token_hash == sa.bindparam("hash"))  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """The desk user of a request, as plain values that outlive any transaction."""

    id: int
    username: str
    role: str
    sources: tuple[str, ...] = ()
    display_name: str = ""
    fresh_until: dt.datetime | None = None
    has_totp: bool = False
    is_local: bool = True

    @property
    def is_fresh(self) -> bool:
        """Whether the person proved the login within the last ten minutes."""
        return self.fresh_until is not None and clock.now() < self.fresh_until


@dataclass(frozen=True)
class Found:
    """A living session: what it keeps and whose it is (nobody's before the login).

    ``account_id``: of a person in the profile; what the account may still do: services.profile_sessions.
    """

    data: dict[str, Any] = field(default_factory=dict)
    actor: Actor | None = None
    account_id: int | None = None


def new_token() -> str:
    """Give a fresh random token of 256 bits, URL-safe."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def csrf_of(token: str, key: str) -> str:
    """Derive the CSRF token of a session from its cookie token, so that nothing needs to be stored."""
    return hmac.new(key.encode(), b"csrf:" + token.encode(), hashlib.sha256).hexdigest()


def find(token: str) -> Found:
    """Give the living session of a token; an empty one if there is none."""
    return found_in(row_of(token, KEPT), token)


def row_of(token: str, asked: sa.Executable) -> sa.Row[Any] | None:
    """Ask for the session of a token and what else ``asked`` reads with ``KEPT``."""
    return db.session.connection().execute(asked, {"hash": _hash(token)}).first()


def found_in(row: sa.Row[Any] | None, token: str) -> Found:
    """Give the living session that is in a row, an empty one if there is none.

    The staff row is read each time, so a disabled person is refused at once.
    """
    if row is None or not _is_alive(row):
        return Found()
    staff = db.session.get(Staff, row.staff_id) if row.staff_id is not None else None
    if row.staff_id is not None and (staff is None or not staff.active):
        return Found()
    found = Found(dict(row.data), actor_of(staff, row.fresh_at) if staff else None, row.holder_id)
    if clock.now() - row.seen_at >= TOUCH_EVERY:
        _touch(_hash(token))
    return found


def actor_of(staff: Staff, fresh_at: dt.datetime | None = None) -> Actor:
    """Copy what a request needs to know of a staff row."""
    return Actor(
        id=staff.id, username=staff.username, role=staff.role, sources=tuple(staff.sources),
        display_name=staff.display_name, fresh_until=fresh_at + FRESH if fresh_at else None,
        has_totp=bool(staff.totp_sealed), is_local=staff.origin == "local",
    )  # fmt: skip


def start(staff_id: int) -> str:
    """Open a session for a desk user who has just logged in; give its token."""
    return _start(staff_id=staff_id)


def start_of_account(account_id: int) -> str:
    """Open a session for the holder of an account, who has just logged in; give its token."""
    return _start(account_id=account_id)


def _start(**whose: int) -> str:
    token, now = new_token(), clock.now()
    with writing() as session:
        session.add(WebSession(token_hash=_hash(token), created_at=now, seen_at=now, fresh_at=now, **whose))
    return token


def keep(token: str, data: dict[str, Any]) -> None:
    """Store what the session remembers; an anonymous session gets its row only now. One that is over is nobody's."""
    now = clock.now()
    values = {"hash": _hash(token), "data": data, "now": now}
    values |= {"idle": now - IDLE, "life": now - LIFE, "of_nobody": now - LIFE_OF_NOBODY}
    with writing() as session:
        connection = session.connection()
        connection.execute(_keeping(connection.dialect.name), values)


@cache
def _keeping(dialect: str) -> sa.Executable:
    """Write the statement once: it is executed in most steps of a registration."""
    now = sa.bindparam("now", type_=UtcDateTime())
    blank = {"token_hash": sa.bindparam("hash"), "data": sa.bindparam("data", type_=sa.JSON()), "created_at": now}
    insert = upsert(dialect, WebSession).values({**blank, "seen_at": now})
    ends = [sa.bindparam(name, type_=UtcDateTime()) for name in ("idle", "life", "of_nobody")]
    nobodys = {"staff_id": sa.null(), "account_id": sa.null(), "created_at": now, "fresh_at": sa.null()}
    kept: dict[str, Any] = {"data": insert.excluded.data, "seen_at": now}
    for name, value in nobodys.items():
        kept[name] = sa.case((_is_over(*ends), value), else_=getattr(WebSession, name))
    return insert.on_conflict_do_update(index_elements=[WebSession.token_hash], set_=kept)


def refresh(token: str) -> None:
    """Note that the person has just proved the login again."""
    with writing() as session:
        fresh = {"fresh_at": clock.now()}
        session.execute(sa.update(WebSession).where(WebSession.token_hash == _hash(token)).values(fresh))


def end(token: str) -> None:
    """Delete a session."""
    with writing() as session:
        session.execute(sa.delete(WebSession).where(WebSession.token_hash == _hash(token)))


def end_all_of(staff_id: int, *, but: str = "") -> None:
    """Delete every session of a desk user, except the one of the token ``but``."""
    _end_all(WebSession.staff_id == staff_id, but)


def end_all_of_account(account_id: int, *, but: str = "") -> None:
    """Delete every session of the holder of an account, except the one of the token ``but``."""
    _end_all(WebSession.account_id == account_id, but)


def _end_all(whose: sa.ColumnElement[bool], but: str) -> None:
    with writing() as session:
        session.execute(sa.delete(WebSession).where(whose, WebSession.token_hash != _hash(but)))


def purge() -> int:
    """Delete what has expired; give the number of sessions. For the housekeeping job."""
    now = clock.now()
    with writing() as session:
        over = sa.delete(WebSession).where(_is_over(now - IDLE, now - LIFE, now - LIFE_OF_NOBODY))
        return len(session.scalars(over.returning(WebSession.token_hash)).all())


def _is_over(idle: Any, life: Any, of_nobody: Any) -> sa.ColumnElement[bool]:
    """Choose the sessions last seen or begun by these moments; what ``_is_alive`` says of one, for the database."""
    somebody = sa.or_(WebSession.staff_id.is_not(None), WebSession.account_id.is_not(None))
    ended = sa.or_(WebSession.seen_at <= idle, WebSession.created_at <= life)
    return sa.or_(somebody & ended, WebSession.created_at <= of_nobody)


def _touch(token_hash: str) -> None:
    """Note the moment, unless another writer has the database: a page must not wait for that."""
    with suppress(OperationalError), writing(patience_ms=TOUCH_PATIENCE_MS) as session:
        seen = {"seen_at": clock.now()}
        session.execute(sa.update(WebSession).where(WebSession.token_hash == token_hash).values(seen))


def _is_alive(row: Any) -> bool:
    now = clock.now()
    if row.staff_id is None and row.holder_id is None:
        return bool(now - row.created_at < LIFE_OF_NOBODY)
    return bool(now - row.seen_at < IDLE and now - row.created_at < LIFE)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
