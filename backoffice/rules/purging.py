"""Whether an entry of the directory may be deleted for good. Pure. Source: mission S38; reconciliation.md ("delete").

Only the entry of a temporary account whose time was over long ago; a permanent one never is.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from backoffice.rules import distinguished_name
from backoffice.rules.account_entry import END, temporary_dn
from backoffice.settings import LdapSettings

# After so many days a purge is proposed.
AFTER = dt.timedelta(days=90)
_CODE = re.compile(r"[0-9A-Za-z]{4,20}", re.ASCII)
_MOMENT = re.compile(r"([0-9]{14})Z", re.ASCII)


def is_temporary(
    dn: str, values: Mapping[str, Sequence[str]], username: str, now: dt.datetime, ldap: LdapSettings, base_dn: str
) -> bool:
    """Say whether an entry is that of the temporary account ``username``, and its end long over.

    It stands at the one place of that account, has its user name and no mail address, and every end it has passed 90
    days ago.
    """
    attributes = ldap.attributes
    if not _CODE.fullmatch(username) or not _stands_at(dn, username, ldap, base_dn):
        return False
    if attributes.username and tuple(values.get(attributes.username, ())) != (username,):
        return False
    if attributes.mail and any(values.get(attributes.mail, ())):
        return False
    ends = [end for name in (END, attributes.expiry) if name for end in values.get(name, ())]
    return bool(ends) and all(is_over_since(end, now, AFTER) for end in ends)


def _stands_at(dn: str, username: str, ldap: LdapSettings, base_dn: str) -> bool:
    return distinguished_name.normal(dn) == distinguished_name.normal(temporary_dn(username, ldap, base_dn))


def is_over_since(written: str, now: dt.datetime, time: dt.timedelta) -> bool:
    """Say whether a moment as directories write it lies so long ago; what cannot be read does not."""
    found = _MOMENT.fullmatch(written)
    if found is None:
        return False
    try:
        moment = dt.datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return moment <= now - time
