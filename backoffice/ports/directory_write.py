"""What it takes to change entries of the directory, each change bound to the version that was looked at.

Source: reliability.md §3, architecture.md "How a change happens".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from backoffice.i18n import N_
from backoffice.ports.directory_contract import DirectoryError, DirectoryRefused
from backoffice.rules.entry_changes import Change
from backoffice.settings import Settings

_READ_ONLY = N_("LDAP_URI names a dump; a dump cannot be changed.")


class EntryMovedError(DirectoryError):
    """The entry is not the one that was looked at: changed, renamed or gone."""


class WriteLaterError(DirectoryError):
    """The directory takes no changes now; nothing was changed. Trying again may help."""


class WriteRefusedError(DirectoryError):
    """The directory refuses this very change; trying again does not help."""


@dataclass(frozen=True)
class EntryNow:
    """An entry as it is: its DN, version (entryCSN) and values by attribute as asked for."""

    dn: str
    csn: str
    values: Mapping[str, tuple[str, ...]]


class DirectoryWriter(Protocol):
    """Who may change entries; to be used in a with statement. Raises DirectoryError from every method.

    DirectoryUnavailable from a change means that nobody knows whether it was made: read before trying again.
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def read(self, uuids: Iterable[str], attributes: Sequence[str]) -> dict[str, EntryNow]:
        """Give the entries by entryUUID; those that are gone are left out."""

    def modify(self, entry: EntryNow, changes: Sequence[Change]) -> str:
        """Make all changes, or none where the entry is no longer ``entry``; give the new version ("" if not told)."""

    def knows(self, attribute: str) -> bool:
        """Say whether the server has an attribute; where it does not tell, everything is taken for known."""

    def find(self, dn: str, attributes: Sequence[str]) -> EntryNow | None:
        """Give the entry of a DN, None where there is none."""

    def having(self, attribute: str, value: str, asked: Sequence[str] | None = None) -> list[EntryNow]:
        """Give the entries anywhere below the base that have this value; none for an attribute nobody knows.

        With the attributes ``asked`` for, by default the one itself.
        """

    def add(self, dn: str, attributes: Mapping[str, Sequence[str | bytes]]) -> None:
        """Make an entry."""

    def rename(self, dn: str, new_dn: str) -> None:
        """Move an entry to another place and name; its old name goes. The entry keeps entryUUID and password."""

    def delete(self, dn: str) -> None:
        """Delete an entry that was made to try something."""

    def remove(self, entry: EntryNow) -> None:
        """Delete an entry for good, or do nothing where it is no longer ``entry``."""

    def set_password(self, dn: str, password: bytes) -> None:
        """Replace the password of an entry."""

    def replace_password(self, entry: EntryNow, hashed: bytes) -> None:
        """Replace the password by one that is hashed (``{ARGON2}…``), or do nothing where it is another ``entry`` now.

        A server with password policy takes a lock of any kind off the entry with it.
        """

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""


def open_writer(settings: Settings) -> DirectoryWriter:
    """Give the writer of the main directory; nothing is contacted before it is first used. Raises DirectoryRefused."""
    if settings.ldap_uri.startswith("file:"):
        raise DirectoryRefused(_READ_ONLY)
    # Loading ldap3 takes a noticeable part of the start of a command.
    from backoffice.ports.directory_write_ldap import LdapWriter  # noqa: PLC0415

    return LdapWriter(settings)
