"""Passwords and second factors of desk users, set by an administrator or by the person. Source: reliability.md §4."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, logins, passwords, sessions, throttle, totp
from backoffice.services.logins import LOCAL
from backoffice.settings import Settings

_OWN = N_("Your own password and second factor are changed on the page of your login.")
_NOT_HERE = N_("This person logs in with the password of the directory; it is not changed here.")


class ForeignPasswordError(RefusedError):
    """The password is the directory's, not ours."""

    def __init__(self) -> None:
        super().__init__(_NOT_HERE)


def set_password(staff_id: int, password: str, *, actor: str) -> None:
    """Give another desk user a new password; old sessions and delays end.

    Raises ForeignPasswordError, WeakPasswordError, RefusedError for one's own.
    """
    _require_other(staff_id, actor)
    stored = _new_hash(staff_id, password)
    with writing() as session:
        staff = _keep(session, staff_id, stored)
        sessions.end_all_of(staff_id)
        throttle.forget(staff.username)
        audit.record("staff:password:set", f"staff:{staff.username}", actor=actor)


def change_own(settings: Settings, staff_id: int, current: str, new: str, *, address: str, token: str) -> None:
    """Change one's own password; all sessions but this one (``token``) end.

    Raises WrongLoginError or TooManyTriesError for the current password, WeakPasswordError for the new one.
    """
    username = db.session.get_one(Staff, staff_id).username
    stored = _new_hash(staff_id, new)
    logins.check_password(settings, username, current, address)
    with writing() as session:
        _keep(session, staff_id, stored)
        sessions.end_all_of(staff_id, but=token)
        throttle.succeeded(username, address)
        audit.record("staff:password:changed", f"staff:{username}", actor=username)


def reset_totp(staff_id: int, *, actor: str) -> None:
    """Take away another's lost second factor; the next login sets up a new one, whatever the role.

    Raises RefusedError for one's own.
    """
    _require_other(staff_id, actor)
    with writing() as session:
        staff = session.get_one(Staff, staff_id)
        if not staff.totp_sealed:
            return
        staff.totp_sealed = ""
        sessions.end_all_of(staff_id)
        logins.forget_codes(staff_id)
        audit.record("staff:totp:reset", f"staff:{staff.username}", actor=actor)


def enrol_own(settings: Settings, staff_id: int, sealed: str, code: str, *, token: str) -> None:
    """Switch on one's own second factor, or replace it; all sessions but this one end. Raises WrongCodeError."""
    with writing():
        totp.enrol(settings, staff_id, sealed, code)
        sessions.end_all_of(staff_id, but=token)


def _require_other(staff_id: int, actor: str) -> None:
    if db.session.get_one(Staff, staff_id).username == actor:
        raise RefusedError(_OWN)


def _new_hash(staff_id: int, password: str) -> str:
    staff = db.session.get_one(Staff, staff_id)
    if staff.origin != LOCAL:
        raise ForeignPasswordError
    # Who had a second factor must have one again at the next login (logins.needs_totp).
    has_totp = bool(staff.totp_sealed) or staff.totp_last_step > 0
    return passwords.hashed(password, staff.username, has_totp=has_totp)


def _keep(session: Session, staff_id: int, stored: str) -> Staff:
    staff = session.scalars(sa.select(Staff).where(Staff.id == staff_id).with_for_update()).one()
    staff.password_hash = stored
    return staff
