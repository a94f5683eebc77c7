"""The newest code of a purpose and subject, as rows and as its page shows it."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Message, OneTimeCode
from backoffice.models.message import DELIVERED
from backoffice.rules import otp
from backoffice.services.keyed_hash import keyed_hash
from backoffice.settings import Settings

# A code whose message still waits after so long is of no use to anybody.
LONGEST_WAIT = dt.timedelta(days=1)
_NEWEST = (
    sa.select(
        OneTimeCode.asked_at, OneTimeCode.mobile, OneTimeCode.expires_at, OneTimeCode.tries, OneTimeCode.used_at,
        Message.state.label("delivery"),
    )
    .outerjoin(Message, Message.id == OneTimeCode.message_id)
    .where(OneTimeCode.purpose == sa.bindparam("purpose"), OneTimeCode.subject == sa.bindparam("subject"))
    .order_by(OneTimeCode.id.desc())
    .limit(1)
)  # fmt: skip


@dataclass(frozen=True)
class CodeState:
    """The newest code, for its page. ``expires_at``: None until it has left. ``delivery``: a state of messages."""

    resend_at: dt.datetime
    masked: str
    expires_at: dt.datetime | None
    tries_left: int
    delivery: str
    is_used: bool


def state(purpose: str, subject: str, settings: Settings) -> CodeState | None:
    """Give the newest code for its page, None where there is none."""
    code = db.session.execute(_NEWEST, {"purpose": purpose, "subject": subject}).first()
    if code is None:
        return None
    return CodeState(
        resend_at=code.asked_at + dt.timedelta(seconds=settings.policy.resend_seconds), masked=otp.masked(code.mobile),
        expires_at=code.expires_at, tries_left=max(0, settings.policy.code_tries - code.tries),
        delivery=code.delivery or DELIVERED, is_used=code.used_at is not None,
    )  # fmt: skip


def is_newest(purpose: str | sa.BindParameter[str], subject: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Choose the newest code of a purpose and subject."""
    newest = sa.select(sa.func.max(OneTimeCode.id)).where(
        OneTimeCode.purpose == purpose, OneTimeCode.subject == subject
    )
    return OneTimeCode.id == newest.scalar_subquery()


def hash_of(code: str, purpose: str, subject: str, settings: Settings) -> str:
    """Give what is stored of a code: it fits no other purpose and nobody else."""
    return keyed_hash(settings, "code", purpose, subject, code)
