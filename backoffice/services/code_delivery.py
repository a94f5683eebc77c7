"""What follows for a code when its message has left or was given up. Source: contract.md "Details"; mission S12."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import OneTimeCode
from backoffice.services import otp_cases
from backoffice.settings import Settings

_BEGUN = sa.update(OneTimeCode).where(OneTimeCode.message_id == sa.bindparam("message"))


def ended(session: Session, message_id: int, settings: Settings, *, failed: bool) -> None:
    """Begin the life of the code; one that did not get through becomes a case. It may have arrived all the same."""
    until = clock.now() + dt.timedelta(seconds=settings.policy.code_life_seconds)
    session.connection().execute(_BEGUN, {"message": message_id, "expires_at": until})
    if failed:
        unused = sa.select(OneTimeCode).where(OneTimeCode.message_id == message_id, OneTimeCode.used_at.is_(None))
        for code in session.scalars(unused):
            otp_cases.open_case(session, code, otp_cases.NOT_SENT)
