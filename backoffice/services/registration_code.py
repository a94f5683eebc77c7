"""The third step of a registration: the code proves the mobile, and the account is asked for.

Source: mission S9–S15; contract.md "Details that are relied on from outside".
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Registration
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.identity_evidence import Claim
from backoffice.services import accounts, audit, codes, identity, mismatches
from backoffice.services.accounts import AccountExistsError
from backoffice.services.code_errors import ExpiredCodeError
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings


class RefusedAfterAllError(RefusedError):
    """Since the first step the person got an account from elsewhere; the registration was refused like any other."""


def verify(registration_id: int, typed: str, who: Applicant, settings: Settings, then: Callable[[], object]) -> None:
    """Take the code; a right one asks for the account, and ``then`` happens, in the same transaction, once.

    Where another press has used the code up, whatever was typed this time, nothing more happens.
    Raises MalformedCodeError, WrongCodeError, ExpiredCodeError, TooManyError (see services.codes),
    RefusedAfterAllError, OutageError, and RefusedError where the registration is at another step.
    """

    def ask_for_account(session: Session) -> None:
        row = _waiting(session, registration_id)
        # Nothing that is read here depends on what is written: it goes out as one.
        with session.no_autoflush:
            row.state, row.updated_at, row.verified_at = states.OTP_VERIFIED, clock.now(), clock.now()
            _note(row, who, states.OTP_SENT)
            accounts.request_temporary(session, row, settings, who.named)
        then()

    try:
        codes.check(codes.REGISTER, subject_of(registration_id), typed, settings, then=ask_for_account)
    except AccountExistsError as fault:
        _refuse(registration_id, settings)
        raise RefusedAfterAllError(fault.message) from None
    except ExpiredCodeError:
        # Pressed twice at once: the other press has used the code up, for this very registration.
        if not _is_verified(registration_id):
            raise


def resend(registration_id: int, who: Applicant, settings: Settings) -> None:
    """Send another code to the same mobile. Raises TooSoonError, TooManyError, RefusedError at another step."""
    with writing() as session:
        row = _waiting(session, registration_id)
        row.updated_at = clock.now()
        codes.issue(
            codes.REGISTER, subject_of(row.id), mobile=row.mobile, person_key=f"{row.id_type}:{row.national_code}",
            address=who.address, language=who.language, settings=settings, actor=who.named,
        )  # fmt: skip


def _is_verified(registration_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Registration, registration_id).state in states.VERIFIED


def _waiting(session: Session, registration_id: int) -> Registration:
    row = session.get_one(Registration, registration_id, with_for_update=True)
    if row.state != states.OTP_SENT:
        raise RefusedError(states.WRONG_STATE)
    return row


def _note(row: Registration, who: Applicant, before: str) -> None:
    after = {"state": row.state}
    audit.record(
        "registration:code:verified", f"registration:{row.id}", actor=who.named, before={"state": before}, after=after
    )


def _refuse(registration_id: int, settings: Settings) -> None:
    row = db.session.get_one(Registration, registration_id)
    names = ("id_type", "national_code", "birth_date", "first_name", "last_name", "father_name", "personnel_number")
    claim = Claim(**{name: getattr(row, name) for name in names})
    checked = identity.check(claim, settings)
    if checked.verdict != identity.REFUSED:
        raise OutageError
    with writing() as session:
        row = _waiting(session, registration_id)
        row.password_sealed, row.finished_at = "", clock.now()
        mismatches.refuse(session, row, checked, settings)
