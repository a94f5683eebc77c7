"""Logging in at the desk: password, then a code where the second factor is on.

Every refusal is the same sentence and takes as long. Source: reliability.md §2 and §4.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.rules.errors import RefusedError
from backoffice.rules.text import fold_digits
from backoffice.services import audit, passwords, sessions, throttle, totp
from backoffice.settings import Settings

LOCAL, DIRECTORY = "local", "directory"
WRONG_LOGIN = N_("The user name or the password is not right.")


class WrongLoginError(RefusedError):
    """Name or password is wrong, or the person may not use the desk; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(WRONG_LOGIN)


class NextStep(StrEnum):
    """What the login still needs after the password."""

    NOTHING = "nothing"
    CODE = "code"
    ENROL = "enrol"


@dataclass(frozen=True)
class Passed:
    """The password was right."""

    staff_id: int
    next_step: NextStep


def check_password(settings: Settings, username: str, password: str, address: str) -> Passed:
    """Try name and password. Raises WrongLoginError, TooManyTriesError or DirectoryDownError."""
    name = folded(username)
    throttle.count_try(name, address)
    staff = _verified(name, password)
    if staff is None or not staff.active:
        raise WrongLoginError
    return Passed(staff.id, _next_step(settings, staff))


def check_code(settings: Settings, staff_id: int, code: str, address: str) -> None:
    """Try the code of the second factor. Raises WrongCodeError or TooManyTriesError."""
    throttle.count_try(_codes_of(staff_id), address)
    totp.check(settings, staff_id, code)


def complete(staff_id: int, address: str) -> str:
    """Open the session of a person who proved everything; give its token."""
    with writing() as session:
        staff = session.get_one(Staff, staff_id)
        if not staff.active:
            raise WrongLoginError
        staff.last_login_at = clock.now()
        throttle.forget(staff.username, address)
        throttle.forget(_codes_of(staff_id))
        audit.record("staff:login:accepted", f"staff:{staff.username}", actor=staff.username)
        return sessions.start(staff_id)


def prove_again(settings: Settings, staff_id: int, secret: str, address: str) -> None:
    """Check the code, or the password where no second factor is on, of a person who is logged in."""
    staff = db.session.get_one(Staff, staff_id)
    if staff.totp_sealed:
        check_code(settings, staff_id, secret, address)
        throttle.forget(_codes_of(staff_id))
        return
    name = staff.username
    check_password(settings, name, secret, address)
    throttle.forget(name)


def folded(username: str) -> str:
    """Give the form in which desk user names are compared: trimmed, small letters, ASCII digits."""
    return fold_digits(username).strip().lower()


def _verified(name: str, password: str) -> Staff | None:
    staff = db.session.scalar(sa.select(Staff).where(Staff.username == name))
    if staff is None or staff.origin != LOCAL:
        passwords.matches("", password)
        return None
    if not passwords.matches(staff.password_hash, password):
        return None
    return staff


def _next_step(settings: Settings, staff: Staff) -> NextStep:
    if staff.totp_sealed:
        return NextStep.CODE
    return NextStep.ENROL if staff.role in settings.policy.totp_roles else NextStep.NOTHING


def _codes_of(staff_id: int) -> str:
    return f"codes of {staff_id}"
