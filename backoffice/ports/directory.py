"""The directory of accounts: the only door to LDAP.

``open_directory`` gives a Directory by LDAP_URI: a server, or an LDIF dump that is read only.
"""

from typing import Literal
from urllib.parse import unquote, urlsplit

from backoffice.i18n import N_
from backoffice.ports.directory_contract import (
    ENTRY_CSN,
    ENTRY_UUID,
    SEPARATOR,
    Columns,
    Directory,
    DirectoryError,
    DirectoryReadFailed,
    DirectoryRefused,
    DirectoryUnavailable,
    Entry,
)
from backoffice.ports.directory_ldif import LdifDirectory
from backoffice.settings import Settings

__all__ = [
    "ENTRY_CSN",
    "ENTRY_UUID",
    "SEPARATOR",
    "Columns",
    "Directory",
    "DirectoryError",
    "DirectoryReadFailed",
    "DirectoryRefused",
    "DirectoryUnavailable",
    "Entry",
    "open_directory",
]


def open_directory(settings: Settings, *, profile: Literal["bulk", "page", "probe"] = "bulk") -> Directory:
    """Give the directory named by LDAP_URI; nothing is contacted before it is first used.

    ``page`` gives up sooner than ``bulk``: a person is waiting; ``probe`` at once. Raises DirectoryRefused for a URI
    that cannot be used or would not be safe.
    """
    uri = urlsplit(settings.ldap_uri)
    if uri.scheme == "file":
        if not settings.ldap_base_dn.strip():
            raise DirectoryRefused(N_("LDAP_BASE_DN is not set; the branches of the directory are below it."))
        return LdifDirectory(unquote(uri.path), settings.ldap_base_dn, settings.ldap.layout.groups)
    if uri.scheme in ("ldap", "ldaps") and uri.hostname:
        # Loading ldap3 takes a noticeable part of the start of a command.
        from backoffice.ports.directory_ldap import LdapDirectory  # noqa: PLC0415

        return LdapDirectory(settings, profile=profile)
    raise DirectoryRefused(N_("LDAP_URI is not set to ldap://, ldaps:// or file:///dump.ldif."))
