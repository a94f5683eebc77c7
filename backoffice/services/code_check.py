"""Proving a mobile by typing its code. A try is counted, and stays counted, before anything is compared."""

import datetime as dt
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, write, writing
from backoffice.models import OneTimeCode
from backoffice.models.types import UtcDateTime
from backoffice.rules import otp
from backoffice.services import code_limits, otp_cases
from backoffice.services.code_errors import CodeError, ExpiredCodeError, MalformedCodeError, WrongCodeError
from backoffice.services.code_rows import LONGEST_WAIT, hash_of, is_newest, state
from backoffice.services.rates import TooManyError
from backoffice.settings import Settings

# Written once: that takes longer than executing them.
_WAITS = OneTimeCode.expires_at.is_(None) & (OneTimeCode.asked_at > sa.bindparam("waits_since", type_=UtcDateTime()))
_COUNTED = (
    sa.update(OneTimeCode)
    .where(
        is_newest(sa.bindparam("of_purpose"), sa.bindparam("of_subject")), OneTimeCode.used_at.is_(None),
        OneTimeCode.tries < sa.bindparam("limit"),
        _WAITS | (OneTimeCode.expires_at > sa.bindparam("now", type_=UtcDateTime())),
    )
    .values(tries=OneTimeCode.tries + 1)
    .returning(OneTimeCode.id, OneTimeCode.code_hash, OneTimeCode.person_key, OneTimeCode.tries)
)  # fmt: skip
_USED = (
    sa.update(OneTimeCode)
    .where(OneTimeCode.id == sa.bindparam("code"), OneTimeCode.used_at.is_(None))
    .values(used_at=sa.bindparam("now"))
    .returning(OneTimeCode.id)
)


@dataclass(frozen=True)
class _Counted:
    """The code a try was counted for; ``left`` tries remain after this one."""

    id: int
    code_hash: str
    person_key: str
    left: int


def check(
    purpose: str, subject: str, typed: str, settings: Settings, then: Callable[[Session], object] | None = None
) -> None:
    """Use the code up where what was typed is the newest one; ``then`` happens in that same transaction, or not at all.

    Never inside a transaction of the caller, whose end could take the counted try back, unless nothing of it may stay.
    Raises MalformedCodeError (no try used), WrongCodeError, ExpiredCodeError (also for a used one), TooManyError.
    """
    about = db.session().info
    assert not about.get("writing") or about.get("taken_back"), "a try must stay counted whatever the caller does"
    given = otp.read(typed)
    if given is None:
        raise MalformedCodeError
    code = _counted(purpose, subject, settings)
    if not hmac.compare_digest(code.code_hash, hash_of(given, purpose, subject, settings)):
        _note_wrong(code)
        raise WrongCodeError(code.left)
    with writing() as session:
        if session.connection().execute(_USED, {"code": code.id, "now": clock.now()}).first() is None:
            raise ExpiredCodeError
        code_limits.end_resend_clock(purpose, subject)
        otp_cases.close_by_itself(session, code.person_key)
        if then is not None:
            then(session)


def _counted(purpose: str, subject: str, settings: Settings) -> _Counted:
    now, limit = clock.now(), settings.policy.code_tries
    values = {
        "of_purpose": purpose,
        "of_subject": subject,
        "limit": limit,
        "now": now,
        "waits_since": now - LONGEST_WAIT,
    }
    counted = write(_COUNTED, values)
    if not counted:
        raise _why_not(purpose, subject, now, settings)
    row = counted[0]
    return _Counted(row.id, row.code_hash, row.person_key, limit - row.tries)


def _why_not(purpose: str, subject: str, now: dt.datetime, settings: Settings) -> CodeError | TooManyError:
    code = state(purpose, subject, settings)
    if code is None or code.tries_left or (code.expires_at is not None and code.expires_at <= now):
        return ExpiredCodeError()
    return TooManyError(max(code.resend_at, now))


def _note_wrong(code: _Counted) -> None:
    """Count the failure over all, and open a case where the last try is gone."""
    with writing() as session:
        code_limits.note_failure()
        row = session.get_one(OneTimeCode, code.id)
        if row.mobile and not code.left:
            otp_cases.open_case(session, row, otp_cases.TRIES)
