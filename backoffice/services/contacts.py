"""The mobile a refused person leaves, proved by a code; kept with the case, it opens nothing. Source: mission S53."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Case, OneTimeCode, Registration
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import REJECTED, WRONG_STATE
from backoffice.services import audit, cases, codes
from backoffice.services.code_rows import is_newest
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings


def may_leave(registration_id: int) -> bool:
    """Say whether this attempt was refused and has a case to keep a mobile with."""
    row = db.session.get(Registration, registration_id)
    return row is not None and row.state == REJECTED and row.case_id is not None


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
        row = session.get_one(Registration, registration_id)
        case = session.get_one(Case, row.case_id, with_for_update=True)
        case.contact_mobile = asked_mobile(registration_id)
        case.contact_at = clock.now()
        after = {"registration": registration_id}
        audit.record("cases:contact:proved", cases.subject_of(case.id), actor=codes.APPLICANT, after=after)

    codes.check(codes.CONTACT, subject_of(registration_id), typed, settings, then=keep)


def asked_mobile(registration_id: int) -> str:
    """Give the mobile the newest code of an attempt went to. Raises RefusedError where none was asked for."""
    newest = is_newest(codes.CONTACT, subject_of(registration_id))
    found = db.session.scalar(sa.select(OneTimeCode.mobile).where(newest))
    if found is None:
        raise RefusedError(WRONG_STATE)
    return found
