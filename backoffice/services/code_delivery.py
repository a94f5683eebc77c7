"""What follows for a code when its message has left or was given up. Source: contract.md "Details"; mission S12."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Message, OneTimeCode
from backoffice.models.message import FAILED
from backoffice.services import otp_cases
from backoffice.settings import Settings


def ended(session: Session, message: Message, settings: Settings) -> None:
    """Begin the life of the code; one that did not get through becomes a case. It may have arrived all the same."""
    code = session.scalar(sa.select(OneTimeCode).where(OneTimeCode.message_id == message.id).with_for_update())
    if code is None:
        return
    code.expires_at = clock.now() + dt.timedelta(seconds=settings.policy.code_life_seconds)
    if message.state == FAILED and code.used_at is None:
        otp_cases.open_case(session, code, otp_cases.NOT_SENT)
