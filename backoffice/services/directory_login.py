"""Logging in with the directory's password: a group decides who may work at the desk, and in which role.

Source: contract.md "Roles", reliability.md §4 ("directory group → role"). ``[ldap.role_groups] role = "group DN"``.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backoffice.i18n import N_
from backoffice.rules import distinguished_name
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Role, highest
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.ports.directory import Directory

# Nothing that a filter or a distinguished name would read as a sign of its own.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DOWN = N_(
    "The directory does not answer, so the password could not be checked. This does not mean that it is wrong; "
    "please try again shortly."
)
_log = logging.getLogger(__name__)


class DirectoryDownError(RefusedError):
    """The directory could not say whether the password is right: an outage, never a wrong password (mission S42)."""

    def __init__(self) -> None:
        super().__init__(_DOWN)


@dataclass(frozen=True)
class Admitted:
    """A person whose password the directory accepts and whom one of our groups admits."""

    role: Role
    display_name: str


def is_offered(settings: Settings) -> bool:
    """Say whether any group of a directory server admits to the desk; a dump (file:///) opens no account."""
    is_server = urlsplit(settings.ldap_uri).scheme in ("ldap", "ldaps")
    return is_server and bool(settings.ldap.role_groups)


def admitted(settings: Settings, name: str, password: str) -> Admitted | None:
    """Try the password at the directory; None where name, password or group do not fit.

    Takes at most about three seconds of a directory that hangs. Raises DirectoryDownError.
    """
    from backoffice.ports.directory import DirectoryError, open_directory  # noqa: PLC0415 - loads pyarrow

    if not password or not _NAME.fullmatch(name):
        return None
    try:
        with open_directory(settings, profile="page") as directory:
            return _asked(directory, settings, name, password.encode())
    except DirectoryError as fault:
        _log.warning("directory login is not possible: %s", fault)
        raise DirectoryDownError from None


def _asked(directory: "Directory", settings: Settings, name: str, password: bytes) -> Admitted | None:
    attribute, full_name = settings.ldap.attributes.username, settings.ldap.attributes.full_name
    branch = distinguished_name.join(settings.ldap.layout.people, settings.ldap_base_dn)
    asked = [full_name] if full_name else []
    found = list(directory.entries(f"(&{settings.ldap.person_filter}({attribute}={name}))", asked, branch))
    # For a name that is not there a password is tried too, so that the time of the answer does not tell.
    dn = found[0].dn if len(found) == 1 else f"{attribute}={name},{branch}"
    if not directory.bind_as(dn, password) or len(found) != 1:
        return None
    role = highest(_roles(settings, directory.groups_of(dn)))
    return Admitted(role, "".join(found[0].values.get(full_name, ())[:1])) if role else None


def _roles(settings: Settings, groups: Iterable[str]) -> set[str]:
    member_of = {distinguished_name.normal(group) for group in groups}
    wanted = settings.ldap.role_groups.items()
    return {role for role, group in wanted if distinguished_name.normal(group) in member_of}
