"""The mobile that somebody leaves who was refused or waits for a service, proved by a code. Source: mission S42, S53.

It is kept with the case, or with the attempt while there is none, and opens no account.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Case, OneTimeCode, Registration
from backoffice.rules.claiming import CLAIM
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import REJECTED, WAITING_SERVICE, WRONG_STATE
from backoffice.services import audit, cases, codes
from backoffice.services.code_rows import is_newest
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings


def may_leave(registration_id: int) -> bool:
    """Say whether this attempt was refused and has a case, or waits for a service."""
    row = db.session.get(Registration, registration_id)
    return row is not None and _may_leave(row)


def _may_leave(row: Registration) -> bool:
    if row.state == WAITING_SERVICE:
        return row.channel != CLAIM
    return row.state == REJECTED and row.case_id is not None


def ask(registration_id: int, mobile: str, who: Applicant, settings: Settings) -> None:
    """Send a code to the mobile (09xxxxxxxxx). Raises TooSoonError, TooManyError, RefusedError for another attempt."""
    if not may_leave(registration_id):
        raise RefusedError(WRONG_STATE)
    row = db.session.get_one(Registration, registration_id)
    codes.issue(
        codes.CONTACT, subject_of(row.id), mobile=mobile, person_key=f"{row.id_type}:{row.national_code}",
        address=who.address, language=who.language, settings=settings, actor=who.named,
    )  # fmt: skip


def prove(registration_id: int, typed: str, settings: Settings) -> None:
    """Keep the mobile the code went to. Raises what ``codes.check`` raises."""

    def keep(session: Session) -> None:
        row = session.get_one(Registration, registration_id, with_for_update=True)
        subject = keep_number(session, row, asked_mobile(registration_id))
        after = {"registration": registration_id}
        audit.record("cases:contact:proved", subject, actor=codes.APPLICANT, after=after)

    codes.check(codes.CONTACT, subject_of(registration_id), typed, settings, then=keep)


def keep_number(session: Session, row: Registration, mobile: str) -> str:
    """Keep a proved number with the case of an attempt, else with the attempt; give where, as the trail names it."""
    if row.case_id is None:
        row.contact_mobile = mobile
        return subject_of(row.id)
    case = session.get_one(Case, row.case_id, with_for_update=True)
    case.contact_mobile, case.contact_at = mobile, clock.now()
    return cases.subject_of(case.id)


def hand_over(row: Registration, case: Case) -> None:
    """Let the case of an attempt that was refused have the number that was left with it."""
    if row.contact_mobile:
        case.contact_mobile, case.contact_at, row.contact_mobile = row.contact_mobile, clock.now(), ""


def asked_mobile(registration_id: int) -> str:
    """Give the mobile the newest code of an attempt went to. Raises RefusedError where none was asked for."""
    newest = is_newest(codes.CONTACT, subject_of(registration_id))
    found = db.session.scalar(sa.select(OneTimeCode.mobile).where(newest))
    if found is None:
        raise RefusedError(WRONG_STATE)
    return found
