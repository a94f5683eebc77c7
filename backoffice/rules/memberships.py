"""Which groups of the directory people of a type belong to, and how a group names its members.

Pure. Source: issue "From temporary to permanent" 5 ("groups by table"); RFC 4519 (groupOfNames, groupOfUniqueNames),
RFC 2307 (posixGroup).
"""

from collections.abc import Iterable
from typing import NamedTuple

from backoffice.rules import distinguished_name
from backoffice.rules.affiliations import type_of
from backoffice.settings import LdapSettings

BY_NAME = "memberUid"
# Class of a group, lower case -> its attribute of members; a group of two classes has the first.
_MEMBERS = {
    "groupofnames": "member", "groupofmembers": "member", "groupofuniquenames": "uniqueMember", "posixgroup": BY_NAME,
}  # fmt: skip
ATTRIBUTES = tuple(dict.fromkeys(_MEMBERS.values()))


class Member(NamedTuple):
    """Who is in a group: by DN, or in groups of user names by name."""

    dn: str
    username: str

    def written(self, attribute: str) -> str:
        """Give what stands in a group."""
        return self.username if attribute == BY_NAME else self.dn


def groups_of(person_kind: str, ldap: LdapSettings, base_dn: str) -> tuple[str, ...]:
    """Give the DNs of the groups for a person type; who is of no known type is personnel."""
    return tuple(group_dn(name, ldap, base_dn) for name in ldap.groups.get(type_of(person_kind), ()))


def group_dn(name: str, ldap: LdapSettings, base_dn: str) -> str:
    """Give the DN of a group that the settings name by its DN, or by its cn below the groups branch."""
    return name if "=" in name else f"cn={name},{distinguished_name.join(ldap.layout.groups, base_dn)}"


def attribute_of(classes: Iterable[str]) -> str:
    """Give the attribute that holds the members of an entry of these classes, "" where it is no group."""
    held = {name.lower() for name in classes}
    return next((attribute for name, attribute in _MEMBERS.items() if name in held), "")
