"""A directory on an LDAP server, through ldap3."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Self

import ldap3
from ldap3.utils.conv import escape_filter_chars

from backoffice.i18n import N_
from backoffice.ports import bulkhead
from backoffice.ports.directory_connection import Profile, close, connect, named_errors, require_safe
from backoffice.ports.directory_contract import (
    ENTRY_UUID,
    Columns,
    DirectoryError,
    DirectoryReadFailed,
    DirectoryUnavailable,
    Entry,
    Pages,
    as_entries,
    quiet_collector,
)
from backoffice.ports.directory_schema import Schema
from backoffice.ports.directory_search import PageReader, Places, Search, read_page
from backoffice.rules import distinguished_name
from backoffice.settings import Settings

_MEMBER_ATTRIBUTES = ("member", "uniqueMember")
_MEMBER_OF = "memberOf"
_ANY = "(objectClass=*)"
_NO_SUCH_OBJECT = 32
# What a server answers when this name and password open nothing: constraint violation (a locked account),
# no such object, invalid DN, inappropriate authentication, invalid credentials, unwilling to perform.
_NOT_THIS_LOGIN = frozenset({19, 32, 34, 48, 49, 53})
_NOWHERE = N_("LDAP_BASE_DN is not set.")
_FULL = N_("The directory does not answer those who asked it before.")
_REFERENCES = N_("The directory refers to other servers in %(count)s places; a part of it would be missing.")


class LdapDirectory:
    """The Directory behind ldap:// and ldaps://. One connection, opened when first used, by one thread at a time."""

    def __init__(self, settings: Settings, *, profile: Profile) -> None:
        require_safe(settings)
        self._settings = settings
        self._profile = profile
        self._connection: ldap3.Connection | None = None
        self._schema = Schema()
        self._page_reader: PageReader = read_page
        self._place = ExitStack()

    def __enter__(self) -> Self:
        if self._profile != "bulk":
            try:
                self._place.enter_context(bulkhead.place(bulkhead.DIRECTORY))
            except bulkhead.FullError:
                raise DirectoryUnavailable(_FULL) from None
        return self

    def __exit__(self, *_: object) -> None:
        with self._place:
            self.close()

    def known_attributes(self) -> frozenset[str]:
        """Give the attribute names of the server's schema, lower case."""
        with self._session():
            return self._schema.names

    def entries(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Iterator[Entry]:
        """Give the entries under ``base``, a page at a time."""
        return as_entries(attributes, self._pages(search_filter, attributes, base))

    def read_columns(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Columns:
        """Give the entries under ``base`` as columns."""
        with quiet_collector():
            return Columns.of(attributes, self._pages(search_filter, attributes, base))

    def matching(self, search_filter: str, branch: str) -> set[str]:
        """Give the entry UUIDs under a branch that the server says match."""
        pages = self._pages(search_filter, [ENTRY_UUID], branch)
        return {uuid for rows in pages for _, uuid in rows}

    def bind_as(self, dn: str, password: bytes) -> bool:
        """Try a password on a connection of its own. A DN without a password would be an anonymous login."""
        if not dn or not password:
            return False
        try:
            close(connect(self._settings, dn, password, profile="page"))
        except DirectoryError as error:
            if error.result in _NOT_THIS_LOGIN:
                return False
            raise
        return True

    def groups_of(self, dn: str) -> list[str]:
        """Ask the groups for the member, and the entry for its memberOf."""
        branch = distinguished_name.join(self._settings.ldap.layout.groups, self._settings.ldap_base_dn)
        member = escape_filter_chars(dn)
        wanted = "".join(f"({name}={member})" for name in _MEMBER_ATTRIBUTES)
        groups = {group.dn for group in self._under_if_there(branch, f"(|{wanted})", ())}
        for entry in self._under_if_there(dn, _ANY, (_MEMBER_OF,)):
            named = entry.values.get(_MEMBER_OF, ())
            groups.update(group for group in named if distinguished_name.is_under(group, branch))
        return sorted(groups)

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""
        close(self._connection)
        self._connection = None

    def _under_if_there(self, base: str, search_filter: str, attributes: Sequence[str]) -> list[Entry]:
        try:
            return list(self.entries(search_filter, attributes, base))
        except DirectoryError as error:
            if error.result == _NO_SUCH_OBJECT:
                return []
            raise

    def _pages(self, search_filter: str, attributes: Sequence[str], base: str | None) -> Pages:
        with self._session() as connection:
            search = self._search(search_filter, attributes, base)
            cookie, references = b"", 0
            while True:
                page = self._page_reader(connection, search, cookie)
                references += page.references
                for number, owner in search.copies:
                    for row in page.rows:
                        row[number] = row[owner]
                yield page.rows
                cookie = page.cookie
                if not cookie:
                    break
            if references:
                raise DirectoryReadFailed(_REFERENCES, {"count": references})

    def _search(self, search_filter: str, attributes: Sequence[str], base: str | None) -> Search:
        where = self._settings.ldap_base_dn if base is None else base
        if not where:
            raise DirectoryReadFailed(_NOWHERE)
        asked = tuple(name for name in attributes if self._schema.knows(name))
        places = Places(attributes, self._schema.description)
        # Without any attribute a server would send all of them. Source: RFC 4511 §4.5.1.8.
        asked = asked or (ldap3.NO_ATTRIBUTES,)
        return Search(where, search_filter, asked, places, len(attributes), places.copies(attributes))

    @contextmanager
    def _session(self) -> Iterator[ldap3.Connection]:
        """Give the open connection; after any fault it is closed, so that the next use starts afresh."""
        try:
            with named_errors():
                yield self._connected()
        except BaseException:
            self.close()
            raise

    def _connected(self) -> ldap3.Connection:
        if self._connection is None or self._connection.closed:
            password = self._settings.ldap_bind_password.get_secret_value().encode()
            self._connection = connect(self._settings, self._settings.ldap_bind_dn, password, profile=self._profile)
            self._schema = Schema.read(self._connection) if self._profile == "bulk" else Schema()
        return self._connection
