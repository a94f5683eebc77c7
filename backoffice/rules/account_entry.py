"""What the directory entry of a new account holds.

Pure: our fields come in, attributes go out. Source: reconciliation.md "Attributes", contract.md ``[ldap.template]``.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

from backoffice.rules import distinguished_name
from backoffice.settings import ENTRY_FIELDS, FLAT, PERMANENT_FIELDS, LdapSettings

PASSWORD, CLASSES, END = "userPassword", "objectClass", "pwdEndTime"
# What nobody can give back as it was written, or what others may add to.
_NOT_COMPARED = frozenset({PASSWORD, CLASSES})
_BASE_CLASS = "inetOrgPerson"
# Attribute -> the auxiliary class that allows it.
_CLASS_OF = {
    "schacpersonaluniqueid": "schacLinkageIdentifiers", "schacpersonaluniquecode": "schacLinkageIdentifiers",
    "schacexpirydate": "schacEntryMetadata", "schacuserstatus": "schacUserEntitlements",
    "schachomeorganization": "schacContactLocation", "schachomeorganizationtype": "schacContactLocation",
    "edupersonaffiliation": "eduPerson", "edupersonprimaryaffiliation": "eduPerson",
    "edupersonprincipalname": "eduPerson", "edupersonscopedaffiliation": "eduPerson",
}  # fmt: skip
_USERNAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", re.ASCII)

Attributes = dict[str, tuple[str, ...]]


def generalised_time(moment: dt.datetime) -> str:
    """Give a moment as directories write it: YYYYMMDDHHMMSSZ. Source: contract.md "Expiry"."""
    return moment.astimezone(dt.UTC).strftime("%Y%m%d%H%M%SZ")


def temporary_dn(username: str, ldap: LdapSettings, base_dn: str) -> str:
    """Give the one DN a temporary account can have. Raises ValueError for a user name that has no place in a DN."""
    branch = ldap.layout.people if ldap.temp_strategy == FLAT else ldap.layout.temporary
    return _dn(username, branch, ldap, base_dn)


def permanent_dn(username: str, ldap: LdapSettings, base_dn: str) -> str:
    """Give the one DN a permanent account is made at. Raises ValueError like ``temporary_dn``."""
    return _dn(username, ldap.layout.people, ldap, base_dn)


def _dn(username: str, branch: str, ldap: LdapSettings, base_dn: str) -> str:
    if not _USERNAME.fullmatch(username):
        raise ValueError("user name")
    attribute = ldap.attributes.username or "uid"
    return f"{attribute}={username},{distinguished_name.join(branch, base_dn)}"


def temporary_entry(values: Mapping[str, str], ldap: LdapSettings, knows: Callable[[str], bool]) -> Attributes:
    """Give the attributes of a temporary account, without its password.

    ``values``: ENTRY_FIELDS, "" where there is nothing. ``knows`` says whether the server has an attribute; others are
    left out. ``expiry`` is also what the server enforces (pwdEndTime).
    """
    return _entry(values, ENTRY_FIELDS, {END: (values["expiry"],)}, ("temporary", ldap), knows)


def permanent_entry(values: Mapping[str, str], ldap: LdapSettings, knows: Callable[[str], bool]) -> Attributes:
    """Give the attributes of a permanent account, see ``temporary_entry``. ``values``: PERMANENT_FIELDS."""
    return _entry(values, PERMANENT_FIELDS, {}, ("permanent", ldap), knows)


def _entry(
    values: Mapping[str, str], names: Sequence[str], fixed: Attributes, kind: tuple[str, LdapSettings],
    knows: Callable[[str], bool],
) -> Attributes:  # fmt: skip
    template_name, ldap = kind
    found: Attributes = {}
    for field in names:
        attribute = str(getattr(ldap.attributes, field))
        if attribute and values.get(field) and knows(attribute):
            found[attribute] = (written(field, values[field], ldap),)
    found |= fixed
    # inetOrgPerson wants both, whatever the settings leave out.
    found.setdefault("cn", (values["latin_full_name"] or values["full_name"],))
    found.setdefault("sn", (values["latin_last_name"] or values["last_name"] or values["full_name"],))
    template = _filled(ldap.template.get(template_name, {}), values)
    classes = template.pop(CLASSES, (_BASE_CLASS,))
    found |= {name: value for name, value in template.items() if knows(name)}
    return {CLASSES: _with_needed(classes, found), **found}


def is_same(wanted: Mapping[str, Sequence[str]], entry: Mapping[str, Sequence[str]], ldap: LdapSettings) -> bool:
    """Say whether an entry is the one that was to be made: by our mark where the settings name a place for it.

    Otherwise everything that was to be written must stand there. Source: architecture.md "How a change happens".
    """
    mark = ldap.attributes.operation
    if mark and mark in wanted:
        return list(entry.get(mark, ())) == list(wanted[mark])
    compared = (name for name in wanted if name not in _NOT_COMPARED)
    return all(set(wanted[name]) <= set(entry.get(name, ())) for name in compared)


def written(field: str, value: str, ldap: LdapSettings) -> str:
    """Give a value as the directory holds it."""
    if field == "national_code":
        return ldap.formats.national_code.format(value)
    if field == "mobile":
        return "+98" + value.removeprefix("0")
    return value


def _filled(template: Mapping[str, object], values: Mapping[str, str]) -> Attributes:
    """Fill ``{field}`` places; what comes out empty is left out."""
    filled: Attributes = {}
    for name, given in template.items():
        patterns = [given] if isinstance(given, str) else list(given)  # type: ignore[call-overload]
        texts = [str(pattern).format_map(values).strip() for pattern in patterns]
        if any(texts):
            filled[name] = tuple(text for text in texts if text)
    return filled


def _with_needed(classes: Sequence[str], attributes: Mapping[str, object]) -> tuple[str, ...]:
    needed = (_CLASS_OF.get(name.lower().partition(";")[0], "") for name in attributes)
    return tuple(dict.fromkeys(name for name in (*classes, *needed) if name))
