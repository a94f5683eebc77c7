"""Desk users: who may work here, and in which role. Source: contract.md "Roles" and ``flask staff``.

Nobody shuts themselves out, and at least one active IT administrator stays.
"""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.rules.detail_fields import personal_mail
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Role
from backoffice.services import audit, passwords, sessions
from backoffice.services.logins import DIRECTORY, LOCAL, folded
from backoffice.settings import Settings

# No sign that an address, a filter, a file name or the actors of commands ("cli:…") use.
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_NOT_PEOPLE = frozenset({"housekeeping", "worker", "scheduler", "system"})
_BAD_NAME = N_("A user name has 2 to 32 letters a-z, digits, dots, hyphens or underscores and starts with a letter.")
_TAKEN = N_("There is a desk user %(name)s already.")
_NO_ROLE = N_("Please choose a role.")
_NO_SOURCE = N_("Please choose at least one HR source for a liaison.")
_STRANGE_SOURCE = N_("There is no HR source %(name)s.")
_UNKNOWN = N_("There is no desk user %(name)s.")
_OWN_ROLE = N_("You cannot change your own role.")
_OWN_END = N_("You cannot disable your own login.")
_LAST_ADMIN = N_("At least one active IT administrator must stay.")
_GROUP_DECIDES = N_("The role of this person comes from a group of the directory; change the group.")


class StaffRefusedError(RefusedError):
    """A change of a desk user was refused; ``field`` names the form field that is wrong, "" for the act itself."""

    def __init__(self, field: str, message: str, values: dict[str, Any] | None = None) -> None:
        super().__init__(message, values)
        self.field = field


def people() -> list[Staff]:
    """Give all desk users by name."""
    return list(db.session.scalars(sa.select(Staff).order_by(Staff.username)))


def person(staff_id: int) -> Staff:
    """Give one desk user. Raises StaffRefusedError."""
    found = db.session.get(Staff, staff_id)
    if found is None:
        raise StaffRefusedError("", _UNKNOWN, {"name": staff_id})
    return found


def named(username: str) -> int:
    """Give the id of a desk user. Raises StaffRefusedError."""
    found = db.session.scalar(sa.select(Staff.id).where(Staff.username == folded(username)))
    if found is None:
        raise StaffRefusedError("username", _UNKNOWN, {"name": username})
    return found


def add(  # noqa: PLR0913 - a desk user has so many parts, each by its name
    settings: Settings, username: str, *, role: str, password: str, actor: str, sources: Sequence[str] = (),
    display_name: str = "", mail: str = "",
) -> int:  # fmt: skip
    """Add a local desk user; give the id. Raises StaffRefusedError or WeakPasswordError."""
    name = folded(username)
    if not _NAME.fullmatch(name) or name in _NOT_PEOPLE:
        raise StaffRefusedError("username", _BAD_NAME)
    own = _checked(settings, role, sources)
    values = {
        "username": name, "display_name": display_name.strip(), "role": role, "sources": own, "origin": LOCAL,
        "password_hash": passwords.hashed(password, name), "created_at": clock.now(), "mail": _address(mail),
    }  # fmt: skip
    with writing() as session:
        if session.scalar(sa.select(Staff.id).where(Staff.username == name)) is not None:
            raise StaffRefusedError("username", _TAKEN, {"name": name})
        staff = Staff(**values)
        session.add(staff)
        session.flush()
        audit.record("staff:account:added", f"staff:{name}", actor=actor, after={"role": role, "sources": own})
        return staff.id


def change(settings: Settings, staff_id: int, *, role: str, sources: Sequence[str], actor: str) -> None:
    """Give a desk user another role or other sources; it counts from the next request. Raises StaffRefusedError."""
    own = _checked(settings, role, sources)
    with writing() as session:
        staff, is_last_admin = _locked(session, staff_id)
        before = {"role": staff.role, "sources": list(staff.sources)}
        if role != staff.role:
            _require_free_role(staff, actor, is_last_admin=is_last_admin)
        after = {"role": role, "sources": own}
        if after == before:
            return
        staff.role, staff.sources = role, own
        audit.record("staff:account:changed", f"staff:{staff.username}", actor=actor, before=before, after=after)


def set_mail(staff_id: int, mail: str, *, actor: str) -> None:
    """Let reminders of late work go to another address, "" for none. Raises StaffRefusedError."""
    address = _address(mail)
    with writing() as session:
        staff, _ = _locked(session, staff_id)
        if staff.mail == address:
            return
        before, staff.mail = staff.mail, address
        audit.record(
            "staff:account:mail_set", f"staff:{staff.username}", actor=actor, before={"mail": before},
            after={"mail": address},
        )  # fmt: skip


def disable(staff_id: int, *, actor: str, reason: str = "") -> None:
    """End all sessions of a desk user and let no new one begin. Raises StaffRefusedError."""
    with writing() as session:
        staff, is_last_admin = _locked(session, staff_id)
        if staff.username == actor:
            raise StaffRefusedError("", _OWN_END)
        if is_last_admin:
            raise StaffRefusedError("", _LAST_ADMIN)
        if not staff.active:
            return
        staff.active = False
        sessions.end_all_of(staff_id)
        audit.record("staff:account:disabled", f"staff:{staff.username}", actor=actor, reason=reason)


def enable(staff_id: int, *, actor: str) -> None:
    """Let a disabled desk user in again. Raises StaffRefusedError."""
    with writing() as session:
        staff, _ = _locked(session, staff_id)
        if staff.active:
            return
        staff.active = True
        audit.record("staff:account:enabled", f"staff:{staff.username}", actor=actor)


def _address(typed: str) -> str:
    try:
        return personal_mail(typed, ()) if typed.strip() else ""
    except RefusedError as fault:
        raise StaffRefusedError("mail", fault.message) from None


def _checked(settings: Settings, role: str, sources: Sequence[str]) -> list[str]:
    """Give the sources to store: those of a liaison, none for the others."""
    if role not in list(Role):
        raise StaffRefusedError("role", _NO_ROLE)
    if role != Role.HR_LIAISON:
        return []
    known = [source.name for source in settings.hr.sources]
    strange = next((name for name in sources if name not in known), None)
    if strange is not None:
        raise StaffRefusedError("sources", _STRANGE_SOURCE, {"name": strange})
    if not sources:
        raise StaffRefusedError("sources", _NO_SOURCE)
    return [name for name in known if name in sources]


def _locked(session: Session, staff_id: int) -> tuple[Staff, bool]:
    """Give the row, and whether it is the last active administrator.

    Locked with it are all administrators, in one order, so that two who disable each other cannot both succeed.
    """
    is_admin = sa.and_(Staff.role == Role.IT_ADMIN, Staff.active)
    wanted = sa.select(Staff).where(sa.or_(Staff.id == staff_id, is_admin)).order_by(Staff.id).with_for_update()
    rows = {row.id: row for row in session.scalars(wanted)}
    if staff_id not in rows:
        raise StaffRefusedError("", _UNKNOWN, {"name": staff_id})
    admins = {row.id for row in rows.values() if row.role == Role.IT_ADMIN and row.active}
    return rows[staff_id], admins == {staff_id}


def _require_free_role(staff: Staff, actor: str, *, is_last_admin: bool) -> None:
    if staff.username == actor:
        raise StaffRefusedError("role", _OWN_ROLE)
    if staff.origin == DIRECTORY:
        raise StaffRefusedError("role", _GROUP_DECIDES)
    if is_last_admin:
        raise StaffRefusedError("role", _LAST_ADMIN)
