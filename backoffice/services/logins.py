"""Logging in at the desk: password, then a code where the second factor is on.

A local account counts before one of the directory with the same name. Wrong name, wrong password, no role and
disabled are refused with one sentence. Source: reliability.md §2 and §4.
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
from backoffice.services import audit, directory_login, passwords, sessions, throttle, totp
from backoffice.services.directory_login import Admitted, DirectoryDownError
from backoffice.services.rows import add_if_missing
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
    try:
        staff = _verified(settings, name, password)
    except DirectoryDownError:
        throttle.give_back(name, address)
        raise
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
        throttle.succeeded(staff.username, address)
        throttle.succeeded(_codes_of(staff_id), address)
        audit.record("staff:login:accepted", f"staff:{staff.username}", actor=staff.username)
        return sessions.start(staff_id)


def prove_again(settings: Settings, staff_id: int, secret: str, address: str) -> None:
    """Check the code, or the password where no second factor is on, of a person who is logged in."""
    staff = db.session.get_one(Staff, staff_id)
    if staff.totp_sealed:
        check_code(settings, staff_id, secret, address)
        throttle.succeeded(_codes_of(staff_id), address)
        return
    name = staff.username
    check_password(settings, name, secret, address)
    throttle.succeeded(name, address)


def needs_totp(settings: Settings, staff: Staff) -> bool:
    """Say whether a login must have a second factor.

    Because of the role, or because the person once had one: the password may be short then.
    """
    return staff.role in settings.policy.totp_roles or staff.totp_last_step > 0


def forget_codes(staff_id: int) -> None:
    """Start from nothing for the wrong codes of a person."""
    throttle.forget(_codes_of(staff_id))


def folded(username: str) -> str:
    """Give the form in which desk user names are compared: trimmed, small letters, ASCII digits."""
    return fold_digits(username).strip().lower()


def _verified(settings: Settings, name: str, password: str) -> Staff | None:
    staff = db.session.scalar(sa.select(Staff).where(Staff.username == name))
    is_local = staff is not None and staff.origin == LOCAL
    stored = staff.password_hash if staff is not None and is_local else ""
    if passwords.matches(stored, password):
        return staff
    if is_local or not directory_login.is_offered(settings):
        return None
    person = directory_login.admitted(settings, name, password)
    return _noted(name, person) if person else None


def _noted(name: str, person: Admitted) -> Staff:
    """Keep name and role as the directory has them now; the first login makes the row."""
    with writing() as session:
        add_if_missing(session, Staff, {"username": name, "role": "", "origin": DIRECTORY, "created_at": clock.now()})
        staff = session.scalars(sa.select(Staff).where(Staff.username == name).with_for_update()).one()
        before, staff.role, staff.display_name = staff.role, person.role, person.display_name
        if before != person.role:
            audit.record(
                "staff:role:taken", f"staff:{name}", actor=name, reason="directory group",
                before={"role": before}, after={"role": person.role},
            )  # fmt: skip
        return staff


def _next_step(settings: Settings, staff: Staff) -> NextStep:
    if staff.totp_sealed:
        return NextStep.CODE
    return NextStep.ENROL if needs_totp(settings, staff) else NextStep.NOTHING


def _codes_of(staff_id: int) -> str:
    return f"codes of {staff_id}"
