"""A directory that is an LDIF dump: everything that reads, nothing that logs in.

Source: RFC 2849, contract.md LDAP_URI ``file:///dump.ldif``.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from backoffice.i18n import N_
from backoffice.ports.directory_contract import (
    ENTRY_UUID,
    SEPARATOR,
    Columns,
    DirectoryReadFailed,
    DirectoryRefused,
    Entry,
    Pages,
    Row,
    as_entries,
    description,
    quiet_collector,
)
from backoffice.ports.ldap_filter import FilterError, Predicate, compile_filter
from backoffice.ports.ldif import LdifError, names, records
from backoffice.rules import distinguished_name

PAGE_SIZE = 1000
_UUID = ENTRY_UUID.lower()
_MEMBER_ATTRIBUTES = ("member", "uniquemember")
_MEMBER_OF = "memberof"
_NO_LOGIN = N_("The directory is an LDIF file; nobody can log in with it.")
_EMPTY = N_("The LDIF file has no entry under «%(base)s».")
_TWICE = N_("The LDIF file has an entry twice; the second is at line %(line)s.")
_UNREADABLE = N_("The LDIF file cannot be read: %(reason)s.")
_BROKEN = N_("The LDIF file is broken at line %(line)s: %(reason)s.")
_FILTER = N_("The LDAP filter cannot be used with an LDIF file: %(reason)s.")

# DN as written, its normal form, values by description.
_Held = tuple[str, str, Mapping[str, list[str]]]


class LdifDirectory:
    """The Directory behind file:///dump.ldif; the file is read again at each use, so it may be replaced."""

    def __init__(self, path: str, base: str, groups: str) -> None:
        self._path = Path(path)
        self._base = base
        self._groups = groups

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def known_attributes(self) -> frozenset[str]:
        """Give the base names of all attributes that occur in the dump, lower case."""
        with self._opened() as stream:
            return frozenset(name.partition(";")[0] for name in names(stream)) - {"dn", "version"}

    def entries(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Iterator[Entry]:
        """Give the entries under ``base``."""
        return as_entries(attributes, self._pages(search_filter, attributes, base))

    def read_columns(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Columns:
        """Give the entries under ``base`` as columns."""
        with quiet_collector():
            return Columns.of(attributes, self._pages(search_filter, attributes, base))

    def matching(self, search_filter: str, branch: str) -> set[str]:
        """Give the entry UUIDs under a branch that match, by our own evaluation of the filter."""
        pages = self._pages(search_filter, [ENTRY_UUID], branch)
        return {uuid_ for rows in pages for _, uuid_ in rows}

    def bind_as(self, dn: str, password: bytes) -> bool:
        """Refuse: a dump opens no account. An empty password is False here too."""
        if not dn or not password:
            return False
        raise DirectoryRefused(_NO_LOGIN)

    def groups_of(self, dn: str) -> list[str]:
        """Give the groups that name the entry, and those the entry names."""
        member, branch = distinguished_name.normal(dn), distinguished_name.join(self._groups, self._base)
        found: set[str] = set()
        for name, normal, values in self._load():
            if normal == member:
                found.update(values.get(_MEMBER_OF, ()))
            members = [value for key in _MEMBER_ATTRIBUTES for value in values.get(key, ())]
            if member in map(distinguished_name.normal, members):
                found.add(name)
        return sorted(group for group in found if distinguished_name.is_under(group, branch))

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _pages(self, search_filter: str, attributes: Sequence[str], base: str | None) -> Pages:
        wanted, matches = [description(name) for name in attributes], _predicate(search_filter)
        rows: list[Row] = []
        for dn, _, values in self._under(self._base if base is None else base):
            if matches(values):
                rows.append([dn, *(SEPARATOR.join(values.get(name, ())) for name in wanted)])
            if len(rows) == PAGE_SIZE:
                yield rows
                rows = []
        yield rows

    def _under(self, base: str) -> Iterator[_Held]:
        branch, exists = distinguished_name.normal(base), False
        for held in self._load():
            if not branch or held[1] == branch or held[1].endswith(f",{branch}"):
                exists = True
                yield held
        if not exists:
            raise DirectoryReadFailed(_EMPTY, {"base": base})

    def _load(self) -> Iterator[_Held]:
        seen: set[str] = set()
        try:
            with self._opened() as stream:
                for record in records(stream):
                    normal = distinguished_name.normal(record.dn)
                    if normal in seen:
                        raise DirectoryReadFailed(_TWICE, {"line": record.line})
                    seen.add(normal)
                    yield record.dn, normal, _with_identity(normal, record.values)
        except LdifError as error:
            raise DirectoryReadFailed(_BROKEN, {"line": error.line, "reason": str(error)}) from None

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self._path.open("rb") as stream:
                yield stream
        except OSError as error:
            raise DirectoryReadFailed(_UNREADABLE, {"reason": error.strerror}) from None


def _with_identity(normal: str, values: dict[str, list[str]]) -> Mapping[str, list[str]]:
    values.setdefault(_UUID, [str(uuid.uuid5(uuid.NAMESPACE_X500, normal))])
    return values


def _predicate(search_filter: str) -> Predicate:
    try:
        return compile_filter(search_filter)
    except FilterError as error:
        raise DirectoryReadFailed(_FILTER, {"reason": str(error)}) from None
