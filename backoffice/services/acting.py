"""Who answers for an act that a command was asked to do ``--by NAME``."""

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, may, may_use_source

NOBODY = N_("There is no active desk user named %(name)s.")
MAY_NOT = N_("The role of %(name)s does not include this act.")


def desk_user(name: str, permission: Permission, source: str | None = None) -> str:
    """Give the user name of an active desk user who holds the permission (for this HR source). Raises RefusedError."""
    return active_user(name, permission, source).username


def active_user(name: str, permission: Permission, source: str | None = None) -> Staff:
    """Give an active desk user who holds the permission (for this HR source). Raises RefusedError."""
    staff = db.session.scalar(sa.select(Staff).where(Staff.username == name, Staff.active))
    if staff is None:
        raise RefusedError(NOBODY, {"name": name})
    own = source is None or may_use_source(staff.role, tuple(staff.sources), source)
    if not (own and may(staff.role, permission)):
        raise RefusedError(MAY_NOT, {"name": name})
    return staff
