"""What the server's schema says about attribute names."""

from collections.abc import Iterable

import ldap3

from backoffice.ports.directory_contract import description


class Schema:
    """The attribute names a server knows, and which of them name the same attribute."""

    def __init__(self, names: Iterable[Iterable[str]] = ()) -> None:
        """``names``: one group of names for each attribute, the canonical one first."""
        self._canonical: dict[str, str] = {}
        for group in names:
            lower = [name.lower() for name in group]
            self._canonical.update(dict.fromkeys(lower, lower[0]))

    @classmethod
    def of(cls, server: ldap3.Server) -> "Schema":
        """Read the schema ldap3 fetched at bind; without one, nothing is known."""
        if server.schema is None or not server.schema.attribute_types:
            return cls()
        return cls(kind.name for kind in server.schema.attribute_types.values() if kind.name)

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
