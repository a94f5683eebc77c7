"""What turns the entry of a temporary account into that of a permanent one.

Pure: the entry comes in as its values, out come the changes; none are left once it is done. Source: issue "From
temporary to permanent" 5; reconciliation.md "Attributes".
"""

from collections.abc import Callable, Mapping, Sequence

from backoffice.rules.account_entry import CLASSES, END, Attributes
from backoffice.rules.entry_changes import Change
from backoffice.settings import LdapSettings

# What others may have added to stays beside ours.
_ADDED_TO = frozenset({CLASSES})


def attributes_of(wanted: Attributes, ldap: LdapSettings) -> tuple[str, ...]:
    """Give every attribute that has to be looked at."""
    return tuple(dict.fromkeys((*wanted, *_ends(ldap))))


def changes(
    wanted: Attributes, entry: Mapping[str, Sequence[str]], ldap: LdapSettings, knows: Callable[[str], bool]
) -> tuple[Change, ...]:
    """Give what is missing: the wanted values, and that the account has no end any more.

    The name of the entry is not among them: it changes with its place in the tree.
    """
    named = (ldap.attributes.username or "uid").lower()
    found = [_towards(name, values, entry) for name, values in wanted.items() if name.lower() != named]
    over = [Change(name, tuple(entry.get(name, ()))) for name in _ends(ldap) if knows(name) and entry.get(name)]
    return tuple(change for change in (*found, *over) if change.remove or change.add)


def _towards(name: str, values: Sequence[str], entry: Mapping[str, Sequence[str]]) -> Change:
    held = tuple(entry.get(name, ()))
    folded = {value.casefold() for value in held}
    add = tuple(value for value in values if value.casefold() not in folded)
    if name in _ADDED_TO:
        return Change(name, (), add)
    wanted = {value.casefold() for value in values}
    return Change(name, tuple(value for value in held if value.casefold() not in wanted), add)


def _ends(ldap: LdapSettings) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((ldap.attributes.expiry, END)) if name)
