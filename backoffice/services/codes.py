"""One-time codes: sent to a mobile, and proved by typing them.

Of several codes for one purpose and subject only the newest counts. Only a keyed hash of a code is stored; the code
itself waits sealed in its message until it has left. Source: mission S11; reliability.md §2, §4; contract.md "Details".
"""

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Message, OneTimeCode
from backoffice.models.message import MAIL, SMS
from backoffice.rules import otp
from backoffice.services import code_limits, messages
from backoffice.services.code_check import check
from backoffice.services.code_errors import (
    CodeError,
    ExpiredCodeError,
    MalformedCodeError,
    TooSoonError,
    WrongCodeError,
)  # fmt: skip
from backoffice.services.code_limits import APPLICANT, LOGIN, RECOVER
from backoffice.services.code_rows import LONGEST_WAIT, CodeState, hash_of, state
from backoffice.services.message_texts import CODE
from backoffice.services.messages import Draft, Reason
from backoffice.services.rates import TooManyError
from backoffice.services.rows import inserted
from backoffice.settings import Settings

__all__ = [
    "APPLICANT", "CONTACT", "COUNTER", "EXISTING", "LOGIN", "OF_REGISTRATION", "RECOVER", "REGISTER", "STATUS",
    "CodeError", "CodeState", "ExpiredCodeError", "Issued", "MalformedCodeError", "TooManyError", "TooSoonError",
    "WrongCodeError", "call_off", "check", "issue", "purge", "state",
]  # fmt: skip

REGISTER, CONTACT, STATUS, EXISTING, COUNTER = "register", "contact", "status", "existing", "counter"
# What a registration waits for; its other codes outlive it.
OF_REGISTRATION = (REGISTER, EXISTING)
KEEP = dt.timedelta(days=7)
_MESSAGES_BEFORE = sa.select(OneTimeCode.message_id).where(
    OneTimeCode.purpose == sa.bindparam("purpose"), OneTimeCode.subject == sa.bindparam("subject")
)


@dataclass(frozen=True)
class Issued:
    """A code is on its way; ``masked`` is the mobile as pages show it."""

    resend_at: dt.datetime
    masked: str


def issue(  # noqa: PLR0913 - whom a code is for and who asks, each by its name
    purpose: str,
    subject: str,
    *,
    mobile: str,
    person_key: str,
    address: str,
    language: str,
    settings: Settings,
    actor: str = APPLICANT,
    mail: str = "",
) -> Issued:
    """Send a new code; the ones before it are void. Inside the caller's transaction, if there is one.

    ``person_key``: kind of code and code (``national:…``), what codes a day are counted by. ``mail``: where the
    code goes if there is no mobile. Without either nothing leaves but all else is the same, for a page that may not
    tell whether there is anybody. A code the desk sends (``actor``) uses up nothing of the person's and the address's
    numbers. Raises TooSoonError, TooManyError.
    """
    with writing() as session:
        if actor == APPLICANT:
            resend_at = code_limits.count_code(
                purpose, subject, person_key=person_key, to=mobile or mail, address=address, settings=settings
            )
        else:
            resend_at = code_limits.count_code_of_desk(purpose, subject, to=mobile, settings=settings)
        _call_off_before(session, purpose, subject)
        to = (SMS, mobile) if mobile else (MAIL, mail)
        code = f"{secrets.randbelow(10**otp.DIGITS):0{otp.DIGITS}}"
        inserted(session, OneTimeCode, {
            "purpose": purpose, "subject": subject, "mobile": mobile, "person_key": person_key, "language": language,
            "code_hash": hash_of(code, purpose, subject, settings), "asked_at": clock.now(),
            "message_id": _send(code, *to, language, settings, actor) if to[1] else None,
            "expires_at": None if to[1] else clock.now() + dt.timedelta(seconds=settings.policy.code_life_seconds),
        })  # fmt: skip
    return Issued(resend_at, otp.masked(mobile))


def call_off(session: Session, registrations: Collection[str]) -> None:
    """Take back, in the caller's transaction, the codes that these registrations (as subjects) no longer wait for."""
    _call_off(session, OneTimeCode.purpose.in_(OF_REGISTRATION) & OneTimeCode.subject.in_(registrations))


def purge() -> int:
    """Call off what waits for too long, and delete codes that are of no use any more; give their number."""
    now = clock.now()
    with writing() as session:
        _call_off(session, OneTimeCode.asked_at < now - LONGEST_WAIT)
        old = sa.delete(OneTimeCode).where(OneTimeCode.asked_at < now - KEEP)
        return len(session.scalars(old.returning(OneTimeCode.id)).all())


def _call_off_before(session: Session, purpose: str, subject: str) -> None:
    """Take back the codes before a new one; mostly there is none."""
    found = session.connection().execute(_MESSAGES_BEFORE, {"purpose": purpose, "subject": subject})
    if sent := [row.message_id for row in found if row.message_id is not None]:
        messages.call_off(session, Message.id.in_(sent))


def _call_off(session: Session, which: sa.ColumnElement[bool]) -> None:
    messages.call_off(session, Message.id.in_(sa.select(OneTimeCode.message_id).where(which)))


def _send(code: str, channel: str, to: str, language: str, settings: Settings, actor: str) -> int:
    host = otp.host_line(urlsplit(settings.url).hostname or "", language)
    draft = Draft(channel, to, CODE, language, {"host": host}, urgent=True, secret={"code": code})
    return messages.put(draft, Reason(actor), settings).id
