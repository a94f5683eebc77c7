"""Going once through a registration that is taken back, before anybody comes.

To write a statement for the first time takes up to fifty times as long as to execute it: without this each process
lets the first people wait, all of them at the same moment.
"""

import secrets
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backoffice.extensions import db, writing
from backoffice.models import Registration
from backoffice.ports.directory import DirectoryError, open_directory
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.national_code import NATIONAL, check_digit
from backoffice.services import (
    accounts,
    codes,
    registration_details,
    registration_identity,
    registrations,
    sessions,
)  # fmt: skip
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings

_PATIENCE_MS = 2000
_NOBODY = Applicant(address="0.0.0.0")  # noqa: S104 - nobody's address, for counting only


class _TakenBackError(Exception):
    """Nothing of a rehearsal stays."""


def rehearse(settings: Settings) -> None:
    """Load and write once what a registration needs. Asks nobody outside, stores nothing.

    Does nothing where the database is not there, not made yet or busy: a desk starts all the same.
    """
    _load(settings)
    with suppress(_TakenBackError, RefusedError, SQLAlchemyError), writing(patience_ms=_PATIENCE_MS) as session:
        _register(session, _alone(settings))
        raise _TakenBackError
    db.session.remove()


def _load(settings: Settings) -> None:
    """Load what speaks to the services around us; none of them is contacted."""
    open_registry(settings)
    open_mobile_owner(settings)
    with suppress(DirectoryError):
        open_directory(settings)


def _alone(settings: Settings) -> Settings:
    """Give settings with which nobody outside is asked."""
    policy = settings.policy.model_copy(update={"mode": "act", "unlisted_mobile": "matched"})
    own = {"ldap_uri": "", "civil_registry_provider": "hr", "mobile_owner_provider": "hr", "policy": policy}
    return settings.model_copy(update=own)


def _register(session: Session, settings: Settings) -> None:
    token = sessions.new_token()
    sessions.find(token)
    begun = registration_identity.begin(_identity(), _NOBODY, settings, then=lambda _: sessions.keep(token, {}))
    row = session.get_one(Registration, begun.registration_id)
    row.state, row.finished_at = states.IDENTITY_OK, None
    session.flush()
    registrations.find(row.id)
    with suppress(RefusedError):
        registration_details.give_details(row.id, _details(), _NOBODY, settings)
    codes.state(codes.REGISTER, subject_of(row.id), settings)
    row.state = states.OTP_VERIFIED
    with suppress(RefusedError):
        account = accounts.request_temporary(session, row, settings, _NOBODY.named)
        accounts.progress(account.id)
    session.flush()


def _identity() -> dict[str, list[str]]:
    nine = f"{secrets.randbelow(10**9):09d}"
    name = "نام"
    return {
        "id_type": [NATIONAL], "national_code": [f"{nine}{check_digit(nine)}"], "birth_date": ["1300/01/01"],
        "first_name": [name], "last_name": [name], "father_name": [name],
    }  # fmt: skip


def _details() -> dict[str, list[str]]:
    password = secrets.token_urlsafe(16)
    return {
        "latin_first_name": ["Na"], "latin_last_name": ["Na"], "mobile": ["09120000000"],
        "password": [password], "password_repeat": [password], "personal_email": ["nobody@example.com"],
    }  # fmt: skip
