"""Registrations as the request pages see them: whose it is, how far it got, what was typed.

Source: mission S28; contract.md "Details that are relied on from outside".
"""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Registration, WebSession
from backoffice.rules import registration_states as states
from backoffice.services import codes, continuation, sessions
from backoffice.services.sessions import Found

ABANDONED_AFTER = dt.timedelta(hours=24)
# Who left a number was promised to be told when inquiries are possible again.
PROMISED_FOR = dt.timedelta(days=7)
_PERSONAL = (
    "national_code", "birth_date", "first_name", "last_name", "father_name", "personnel_number", "latin_first_name",
    "latin_last_name", "mobile", "contact_mobile", "personal_email", "password_sealed",
)  # fmt: skip
# Without I, L, O, U, 0 and 1, which are misread and misheard.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 2, 4
_TAKEN = sa.select(Registration.id).where(Registration.tracking_code == sa.bindparam("code"))


class Step(StrEnum):
    """The steps of a registration."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    CODE = "code"
    DONE = "done"


_STEP_OF = {
    states.IDENTITY_OK: Step.ACCOUNT,
    states.MOBILE_INVALID: Step.ACCOUNT,
    states.WAITING_OWNER: Step.ACCOUNT,
    states.OTP_SENT: Step.CODE,
    states.OTP_VERIFIED: Step.DONE,
    states.TEMPORARY: Step.DONE,
    states.FAILED: Step.DONE,
}
# Under this name a session keeps the number of the registration it goes on with.
KEY = "registration"
_COLUMNS = (
    Registration.id, Registration.state, Registration.tracking_code, Registration.mobile, Registration.account_id,
    Registration.case_id, Registration.updated_at, Registration.contact_mobile, Registration.id_type,
    Registration.national_code,
)  # fmt: skip
_SEEN = sa.select(*_COLUMNS).where(Registration.id == sa.bindparam("id"))
_SEEN_WITH_SESSION = sessions.KEPT.add_columns(*_COLUMNS).outerjoin(
    Registration, Registration.id == WebSession.data[KEY].as_integer()
)
# Who waits for a code may go back and give another number.
_SEEN_IN = {Step.ACCOUNT: frozenset({Step.ACCOUNT, Step.CODE})}


@dataclass(frozen=True)
class Applicant:
    """Who asks. ``channel``: web or counter; ``actor``: the desk user who helps, "" for the person alone."""

    address: str = ""
    language: str = "fa"
    channel: str = "web"
    actor: str = ""

    @property
    def named(self) -> str:
        """The name in the audit trail."""
        return self.actor or "applicant"


@dataclass(frozen=True)
class Attempt:
    """One registration as plain values that outlive any transaction."""

    id: int
    state: str
    tracking_code: str
    mobile: str
    mark: str
    account_id: int | None
    case_id: int | None
    id_type: str
    national_code: str = field(repr=False)

    @property
    def step(self) -> Step:
        """The first step that is missing."""
        return _STEP_OF.get(self.state, Step.IDENTITY)

    def may_see(self, step: Step) -> bool:
        """Say whether the page of a step is open to this registration."""
        return self.step in _SEEN_IN.get(step, {step})


def find(registration_id: int) -> Attempt | None:
    """Give a registration that is still alive; None for one that is not there or was left for a day."""
    row = db.session.connection().execute(_SEEN, {"id": registration_id}).first()
    return _attempt(row) if row else None


def find_with_session(token: str) -> tuple[Found, Attempt | None]:
    """Give the living session of a token and the registration it goes on with: each step needs both."""
    row = sessions.row_of(token, _SEEN_WITH_SESSION)
    found = sessions.found_in(row, token)
    return found, _attempt(row) if row and KEY in found.data else None


def _attempt(row: Any) -> Attempt | None:
    if row.id is None or is_left(row):
        return None
    return Attempt(
        row.id, row.state, row.tracking_code, row.mobile, mark_of(row.id), row.account_id, row.case_id, row.id_type,
        row.national_code,
    )  # fmt: skip


def is_left(row: Any) -> bool:
    """Say of a row, or of its columns, whether nobody went on with it for a day. Source: mission S28."""
    promised = row.state == states.WAITING_SERVICE and row.contact_mobile
    after = PROMISED_FOR if promised else ABANDONED_AFTER
    return bool(row.state in states.OPEN and clock.now() - row.updated_at >= after)


def subject_of(registration_id: int) -> str:
    """Give whom the codes of a registration are for."""
    return f"registration:{registration_id}"


def mark_of(registration_id: int) -> str:
    """Give what the forms of one registration carry, so that none is sent for another."""
    key = settings_of(current_app).secret_key.get_secret_value().encode()
    return hmac.new(key, f"registration:{registration_id}".encode(), hashlib.sha256).hexdigest()[:16]


def new_tracking_code() -> str:
    """Give a tracking code that nobody has, like 7KQ2-M9XD. Source: mission S53."""
    while True:
        groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        code = "-".join(groups)
        if db.session.connection().execute(_TAKEN, {"code": code}).first() is None:
            return code


def abandon() -> int:
    """Give up what nobody went on with for a day, and forget who it was; give the number of registrations.

    For the housekeeping job; who was sent a link to go on has as long as the link is good, and who waits for a service
    and left a number a week. What is erased: fields, evidence, mobiles, mail and password. Source: mission S28, S56.
    """
    now = clock.now()
    promised = sa.and_(Registration.state == states.WAITING_SERVICE, Registration.contact_mobile != "")
    left = sa.update(Registration).where(
        Registration.state.in_(states.OPEN), Registration.updated_at < now - ABANDONED_AFTER,
        sa.or_(~promised, Registration.updated_at < now - PROMISED_FOR),
        Registration.id.not_in(continuation.awaited()),
    )  # fmt: skip
    with writing() as session:
        given_up = session.scalars(left.values(abandoned()).returning(Registration.id)).all()
        codes.call_off(session, [subject_of(number) for number in given_up])
        return len(given_up)


def abandoned() -> dict[str, object]:
    """Give the columns of a registration that was given up: who it was is forgotten."""
    nothing: dict[str, object] = {"typed": {}, "evidence": {}, "person_id": None}
    return {"state": states.ABANDONED, "finished_at": clock.now(), **dict.fromkeys(_PERSONAL, ""), **nothing}
