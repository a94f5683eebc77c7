"""Which names the directory has already: as a user name, or before the sign of a mail address. Source: mission S22."""

import logging
from collections.abc import Collection

from backoffice.ports.ldap_filter import escaped
from backoffice.rules.usernames import folded
from backoffice.services.directory_login import DirectoryDownError
from backoffice.settings import Settings

_log = logging.getLogger(__name__)
# Where mail addresses stand besides the settings' own attribute.
_OTHER_ADDRESSES = ("mailAlternateAddress", "mailLocalAddress")


def taken(names: Collection[str], settings: Settings, *, but: str = "") -> set[str]:
    """Give those of the names that an entry has, leaving out the entry with the UUID ``but``.

    Without LDAP_URI there is no directory and so no entry. Raises DirectoryDownError.
    """
    from backoffice.ports.directory import ENTRY_UUID, DirectoryError, open_directory  # noqa: PLC0415 - loads pyarrow

    if not settings.ldap_uri or not names:
        return set()
    attributes = settings.ldap.attributes
    asked = [name for name in (attributes.username, attributes.mail, *_OTHER_ADDRESSES) if name]
    try:
        with open_directory(settings, profile="page") as directory:
            known = directory.known_attributes()
            searched = [name for name in asked if not known or name.lower() in known]
            found = list(directory.entries(_filter(names, searched, settings), [ENTRY_UUID, *searched]))
    except DirectoryError as fault:
        _log.warning("names cannot be looked up: %s", fault)
        raise DirectoryDownError from None
    others = [entry for entry in found if not but or but not in entry.values.get(ENTRY_UUID, ())]
    values = (value for entry in others for name in searched for value in entry.values.get(name, ()))
    return {folded(value).partition("@")[0] for value in values} & set(names)


def _filter(names: Collection[str], attributes: Collection[str], settings: Settings) -> str:
    username = settings.ldap.attributes.username
    parts = []
    for name in names:
        for attribute in attributes:
            if attribute == username:
                parts.append(f"({attribute}={escaped(name)})")
            else:
                parts += [f"({attribute}={escaped(name)}@{escaped(domain)})" for domain in settings.university_domains]
    return f"(|{''.join(parts)})"
