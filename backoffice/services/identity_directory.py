"""The entries of the directory that may be a person's: by national code, and by user name among temporary ones."""

import datetime as dt
import re
from collections.abc import Sequence

from backoffice.ports.directory import ENTRY_UUID, DirectoryError, Entry, open_directory
from backoffice.ports.ldap_filter import escaped
from backoffice.rules import distinguished_name
from backoffice.rules.directory_format import code_in
from backoffice.rules.identity_evidence import EntryFact
from backoffice.settings import FLAT, LdapSettings, Settings

LAST_LOGIN = ("pwdLastSuccess", "authTimestamp")
_ENDS = "pwdEndTime"
_SHOWN = (
    "username", "first_name", "last_name", "full_name", "latin_full_name", "national_code", "personnel_number", "unit",
    "mail", "affiliation", "state", "expiry",
)  # fmt: skip
_TIME = re.compile(r"([0-9]{14})Z", re.ASCII)


def entries_of(code: str, settings: Settings) -> tuple[EntryFact, ...] | None:
    """Give the entries of the person with a code, None where the directory did not answer.

    Without LDAP_URI there is no directory and so no entry.
    """
    return entries_about([code], [], settings)


def entries_about(codes: Sequence[str], uuids: Sequence[str], settings: Settings) -> tuple[EntryFact, ...] | None:
    """Give the entries of the person who has or had these codes, and those with these entry UUIDs; else as above."""
    if not settings.ldap_uri:
        return ()
    ldap = settings.ldap
    asked = [ENTRY_UUID, _ENDS, *LAST_LOGIN, *_attributes(ldap).values()]
    tests = [*(_of_code(code, ldap) for code in codes), *(f"({ENTRY_UUID}={escaped(uuid)})" for uuid in uuids)]
    try:
        with open_directory(settings, profile="page") as directory:
            found = list(directory.entries(f"(|{''.join(tests)})", list(dict.fromkeys(asked))))
    except DirectoryError:
        return None
    known = set(uuids)
    meant = [
        entry for entry in found
        if known & set(entry.values.get(ENTRY_UUID, ())) or any(_is_meant(entry, code, settings) for code in codes)
    ]  # fmt: skip
    facts = [_fact(entry, settings) for entry in meant]
    return tuple(sorted(facts, key=lambda fact: distinguished_name.normal(fact.dn)))


def _attributes(ldap: LdapSettings) -> dict[str, str]:
    named = {name: str(getattr(ldap.attributes, name)) for name in _SHOWN}
    return {name: attribute for name, attribute in named.items() if attribute}


def _of_code(code: str, ldap: LdapSettings) -> str:
    value, written = escaped(code), escaped(ldap.formats.national_code.format(code))
    named = ldap.attributes.national_code
    by_code = f"({named}={written})({named}={value})" if named else ""
    return f"{by_code}({ldap.attributes.username or 'uid'}={value})"


def _is_meant(entry: Entry, code: str, settings: Settings) -> bool:
    """Leave out whose user name only looks like the code: a student number may have ten digits too."""
    codes = _codes(entry, settings.ldap)
    return code in codes or (not codes and _is_temporary(entry, settings))


def _is_temporary(entry: Entry, settings: Settings) -> bool:
    """Say whether an entry is a temporary account's. Source: docs/adr/0019."""
    ldap = settings.ldap
    if _is_under(entry, ldap.layout.temporary, settings):
        return True
    named_by_code = _codes(entry, ldap) & set(entry.values.get(ldap.attributes.username, ()))
    is_people = _is_under(entry, ldap.layout.people, settings)
    return ldap.temp_strategy == FLAT and is_people and bool(named_by_code) and _expiry(entry, ldap) is not None


def _is_under(entry: Entry, branch: str, settings: Settings) -> bool:
    return distinguished_name.is_under(entry.dn, distinguished_name.join(branch, settings.ldap_base_dn))


def _codes(entry: Entry, ldap: LdapSettings) -> set[str]:
    held = entry.values.get(ldap.attributes.national_code, ())
    return {code_in(value, ldap.formats.national_code) for value in held}


def _fact(entry: Entry, settings: Settings) -> EntryFact:
    ldap, values = settings.ldap, entry.values
    shown = {name: "، ".join(values.get(attribute, ())) for name, attribute in _attributes(ldap).items()}
    shown["last_login"] = next((values[name][0] for name in LAST_LOGIN if values.get(name)), "")
    return EntryFact(
        dn=entry.dn,
        entry_uuid=next(iter(values.get(ENTRY_UUID, ())), ""),
        username=next(iter(values.get(ldap.attributes.username, ())), ""),
        temporary=_is_temporary(entry, settings),
        affiliations=values.get(ldap.attributes.affiliation, ()),
        expires_at=_expiry(entry, ldap),
        shown={name: text for name, text in shown.items() if text},
    )


def _expiry(entry: Entry, ldap: LdapSettings) -> dt.datetime | None:
    """Give the earlier of what the entry says and what the server enforces."""
    written = [value for name in (ldap.attributes.expiry, _ENDS) for value in entry.values.get(name, ())]
    return min(filter(None, map(_moment, written)), default=None)


def _moment(written: str) -> dt.datetime | None:
    found = _TIME.fullmatch(written)
    try:
        return dt.datetime.strptime(f"{found[1]}+0000", "%Y%m%d%H%M%S%z") if found else None
    except ValueError:
        return None
