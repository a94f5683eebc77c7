"""The desk's side of trouble with codes: what was tried, sending another one, and closing the case.

Source: mission S12; contract.md "Roles" (the help desk may resend).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Case, Message, OneTimeCode, Operation, Registration
from backoffice.models.message import DELIVERED
from backoffice.rules.case_states import OPEN, OTP_TROUBLE, RESOLVED, WRONG_STATE
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import OTP_SENT
from backoffice.services import audit, codes, otp_cases
from backoffice.services.code_rows import is_newest
from backoffice.services.registrations import is_left
from backoffice.settings import Settings

MOST_ATTEMPTS = 20
NOTE_LENGTH = 500
GONE = N_("There is no such case.")
NO_CODE = N_("No code of this person is kept any more; the person has to ask for one.")
PROVED = N_("The newest code was typed correctly already; the person can go on.")
OVER = N_("The registration that this code was for has ended; the person has to begin anew.")
NO_NOTE = N_("Please write a few words about how it ended.")


@dataclass(frozen=True)
class Attempt:
    """One code of a person as the desk sees it. ``detail`` is a message id that ``values`` fill: why it did not leave.

    ``by``: who sent it, "applicant" for the person.
    """

    purpose: str
    mobile: str
    asked_at: dt.datetime
    delivery: str
    delivered_at: dt.datetime | None
    expires_at: dt.datetime | None
    used_at: dt.datetime | None
    tries: int
    by: str
    detail: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def report(purpose: str, subject: str) -> None:
    """Note that a person says no code has come: the case of that person opens. Nothing happens without a code."""
    with writing() as session:
        code = session.scalar(sa.select(OneTimeCode).where(is_newest(purpose, subject), OneTimeCode.mobile != ""))
        if code is not None and code.used_at is None:
            otp_cases.open_case(session, code, otp_cases.SAID, codes.APPLICANT)


def attempts(case: Case) -> Sequence[Attempt]:
    """Give the newest codes of the person of a case."""
    question = (
        sa.select(OneTimeCode, Message, Operation)
        .join(Message, Message.id == OneTimeCode.message_id)
        .join(Operation, Operation.id == Message.operation_id)
        .where(OneTimeCode.person_key == case.key)
        .order_by(OneTimeCode.id.desc())
        .limit(MOST_ATTEMPTS)
    )
    return [_attempt(*row) for row in db.session.execute(question)]


def _attempt(code: OneTimeCode, message: Message, operation: Operation) -> Attempt:
    fault = (operation.detail, operation.values) if message.state != DELIVERED else ("", {})
    return Attempt(
        code.purpose, code.mobile, code.asked_at, message.state, message.delivered_at, code.expires_at, code.used_at,
        code.tries, operation.requested_by, *fault,
    )  # fmt: skip


def resend(case_id: int, *, actor: str, settings: Settings) -> codes.Issued:
    """Send a new code to the number of the last one; the person goes on where he or she was.

    Raises RefusedError where there is nothing to send, TooSoonError, TooManyError.
    """
    with writing() as session:
        case = _open_case(case_id)
        newest = sa.select(OneTimeCode).where(OneTimeCode.person_key == case.key, OneTimeCode.mobile != "")
        code = session.scalar(newest.order_by(OneTimeCode.id.desc()).limit(1))
        if code is None:
            raise RefusedError(NO_CODE)
        if code.used_at is not None:
            raise RefusedError(PROVED)
        if _is_over(session, code):
            raise RefusedError(OVER)
        issued = codes.issue(
            code.purpose, code.subject, mobile=code.mobile, person_key=code.person_key, address="",
            language=code.language, settings=settings, actor=actor,
        )  # fmt: skip
        audit.record("codes:code:resent", f"case:{case.id}", actor=actor)
        return issued


def _is_over(session: Session, code: OneTimeCode) -> bool:
    """Say whether the registration a code was for waits for none any more."""
    if code.purpose not in codes.OF_REGISTRATION:
        return False
    row = session.get(Registration, int(code.subject.rpartition(":")[2]))
    return row is not None and (row.state != OTP_SENT or is_left(row))


def close(case_id: int, *, note: str, actor: str) -> None:
    """Close a case with a word about how it ended. Raises RefusedError."""
    said = note.strip()[:NOTE_LENGTH]
    if not said:
        raise RefusedError(NO_NOTE)
    with writing():
        case = _open_case(case_id)
        before, case.state, case.note = case.state, RESOLVED, said
        case.decided_by, case.decided_at, case.taken_by, case.taken_at = actor, clock.now(), "", None
        audit.record(
            "codes:trouble:closed", f"case:{case.id}", actor=actor, reason=said, before={"state": before},
            after={"state": RESOLVED},
        )  # fmt: skip


def _open_case(case_id: int) -> Case:
    case = db.session.get(Case, case_id, with_for_update=True)
    if case is None or case.kind != OTP_TROUBLE:
        raise RefusedError(GONE)
    if case.state not in OPEN:
        raise RefusedError(WRONG_STATE)
    return case
