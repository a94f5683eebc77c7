"""Going through a registration that is taken back, before anybody comes.

To write a statement for the first time takes up to fifty times as long as to execute it: without this each process
lets the first people wait, all of them at the same moment.
"""

import secrets
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backoffice import postgres
from backoffice.extensions import db, taken_back
from backoffice.models import Message, OneTimeCode, Registration
from backoffice.ports.directory import DirectoryError, open_directory
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.national_code import NATIONAL, check_digit
from backoffice.services import (
    accounts,
    audit,
    codes,
    messages,
    registration_code,
    registration_details,
    registration_identity,
    registrations,
    sessions,
)  # fmt: skip
from backoffice.services.registration_identity import Begun
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings

_PATIENCE_MS = 2000


def rehearse(settings: Settings, *, until_planned: bool = False) -> None:
    """Load and write once what a registration needs, or until the database keeps its plans for this process.

    Asks nobody outside; no row stays. Does nothing where the database is not there, not made yet or busy: a desk starts
    all the same.
    """
    _load(settings)
    own, times = _alone(settings), _until_planned() if until_planned else 1
    with suppress(SQLAlchemyError, RefusedError), taken_back(patience_ms=_PATIENCE_MS) as session:
        for _ in range(times):
            _register(session, own)
        audit.write_down(session)
    db.session.remove()


def _until_planned() -> int:
    return postgres.UNTIL_PLANNED if db.engine.dialect.name == "postgresql" else 1


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
    # Nobody, and nobody whom another process counts too: it would wait until this one is through.
    who = Applicant(address=token)
    registrations.find_with_session(token)
    begun = registration_identity.begin(_identity(), who, settings, then=lambda begun: _remember(token, begun))
    row = session.get_one(Registration, begun.registration_id)
    row.state, row.finished_at = states.IDENTITY_OK, None
    session.flush()
    _found, attempt = registrations.find_with_session(token)
    assert attempt is not None
    registration_details.give_details(attempt, _details(), who, settings)
    subject = subject_of(row.id)
    codes.state(codes.REGISTER, subject, settings)
    registration_code.verify(row.id, _sent(session, subject, settings), who, settings, lambda: None)
    accounts.progress(row.account_id or 0)


def _remember(token: str, begun: Begun) -> None:
    sessions.keep(token, {registrations.KEY: begun.registration_id})


def _sent(session: Session, subject: str, settings: Settings) -> str:
    """Give the code as it waits in its message."""
    of_code = sa.select(Message).join(OneTimeCode, OneTimeCode.message_id == Message.id)
    message = session.scalars(of_code.where(OneTimeCode.subject == subject)).one()
    return messages.opened(message, settings)["code"]


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
        "latin_first_name": ["Na"], "latin_last_name": ["Na"], "mobile": [f"0912{secrets.randbelow(10**7):07d}"],
        "password": [password], "password_repeat": [password], "personal_email": ["nobody@example.com"],
    }  # fmt: skip
