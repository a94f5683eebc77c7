"""What the server's schema says about attribute names."""

import re
from collections.abc import Iterable
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPOperationResult

from backoffice.ports.directory_connection import named_errors
from backoffice.ports.directory_contract import description

_WHERE, _TYPES, _ANY = "subschemaSubentry", "attributeTypes", "(objectClass=*)"
# Source: RFC 4512 §4.1.2: the names follow the number at the beginning, one in quotes or several in brackets.
_NAMES = re.compile(r"\(\s*[^\s']+\s+NAME\s+(?:'([^']+)'|\(([^()]+)\))")


class Schema:
    """The attribute names a server knows, and which of them name the same attribute."""

    def __init__(self, names: Iterable[Iterable[str]] = ()) -> None:
        """``names``: one group of names for each attribute, the canonical one first."""
        self._canonical: dict[str, str] = {}
        for group in names:
            lower = [name.lower() for name in group]
            self._canonical.update(dict.fromkeys(lower, lower[0]))

    @classmethod
    def read(cls, connection: ldap3.Connection) -> "Schema":
        """Ask the server for the names; where it does not show them, nothing is known. Raises DirectoryError.

        Names are all we need of it; ldap3 reads every rule of the schema, which takes it ten times as long.
        """
        with named_errors():
            try:
                places = _values(connection, "", _WHERE)
                types = _values(connection, places[0].decode(), _TYPES) if places else []
            except LDAPOperationResult:
                return cls()
        return cls(filter(None, (names_in(str(kind, "utf-8", "replace")) for kind in types)))

    @property
    def names(self) -> frozenset[str]:
        """All names, lower case; empty where the server does not show its schema."""
        return frozenset(self._canonical)

    def knows(self, attribute: str) -> bool:
        """Say whether an attribute may be asked for; without a schema everything may."""
        return not self._canonical or attribute.lower().partition(";")[0] in self._canonical

    def description(self, attribute: str) -> str:
        """Give the one form that every spelling of an attribute description shares."""
        return description(attribute, lambda base: self._canonical.get(base, base))


def names_in(definition: str) -> list[str]:
    """Give the names of an attribute type, the canonical one first; [] for one without, which nobody can ask for."""
    match = _NAMES.match(definition)
    if match is None:
        return []
    return [match[1]] if match[1] else match[2].replace("'", " ").split()


def _values(connection: ldap3.Connection, dn: str, attribute: str) -> list[bytes]:
    """Give the values of one attribute of one entry. Raises what ldap3 raises."""
    answers: list[dict[str, Any]] = connection.search(dn, _ANY, ldap3.BASE, attributes=[attribute])[2]
    held = (answer["raw_attributes"] for answer in answers if answer["type"] == "searchResEntry")
    return [value for attributes in held for values in attributes.values() for value in values]
