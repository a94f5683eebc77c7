"""What is wrong with the directory: reached, logged in, and really read; with the missing rule as LDIF.

Source: contract.md ``flask check``, reliability.md §1.
"""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from backoffice.i18n import N_
from backoffice.ports.directory import (
    ENTRY_UUID,
    Directory,
    DirectoryError,
    DirectoryRefused,
    DirectoryUnavailable,
    open_directory,
)
from backoffice.services.check_ends import end_faults
from backoffice.services.check_groups import group_faults
from backoffice.services.fault import Fault
from backoffice.settings import FLAT, Settings

_PASSWORD_ATTRIBUTE = "userPassword"  # noqa: S105 - the name of an attribute
_BUILT = "openldap"
_LOOKED_AT = 100

_LIMITS = """\
dn: olcDatabase={{1}}mdb,cn=config
changetype: modify
add: olcLimits
olcLimits: {{0}}dn.exact="{service}" size.pr=10000 size.prtotal=unlimited time=unlimited"""
_READ = """\
dn: olcDatabase={{1}}mdb,cn=config
changetype: modify
add: olcAccess
olcAccess: {{1}}to dn.subtree="{base}"
  by dn.exact="{service}" read by * break"""
_HIDE_PASSWORDS = """\
dn: olcDatabase={{1}}mdb,cn=config
changetype: modify
add: olcAccess
olcAccess: {{0}}to attrs=userPassword
  by dn.exact="{service}" =w by self =w by anonymous auth by * none"""
_SCHEMA = """\
dn: olcDatabase={{-1}}frontend,cn=config
changetype: modify
add: olcAccess
olcAccess: to dn.base="cn=subschema" by * read"""
_REFERRALS = "ldapsearch -M -D {service} -W -b {base} '(objectClass=referral)' ref"
_REACH = "BACKOFFICE_LDAP_URI={uri}"
_DUMP = "BACKOFFICE_LDAP_URI=file:///…/dump.ldif"
_TLS = "BACKOFFICE_LDAP_CA_FILE=…"
_BIND = "BACKOFFICE_LDAP_BIND_DN={service}\nBACKOFFICE_LDAP_BIND_PASSWORD_FILE=…"

# LDAP result code -> cure.
_CURES = {3: _LIMITS, 4: _LIMITS, 10: _REFERRALS, 11: _LIMITS, 32: _READ, 50: _READ, 48: _BIND, 49: _BIND}

# Setting -> what to type when it is missing.
_REQUIRED = {
    "ldap_uri": "BACKOFFICE_LDAP_URI=ldaps://ldap.example.ac.ir",
    "ldap_base_dn": "BACKOFFICE_LDAP_BASE_DN=dc=example,dc=ac,dc=ir",
    "ldap_bind_dn": "BACKOFFICE_LDAP_BIND_DN=cn=backoffice,ou=services,dc=example,dc=ac,dc=ir",
}


def directory_faults(settings: Settings) -> Iterator[Fault]:
    """Give every fault of the directory: its settings, then what a real read meets."""
    wrong = list(_settings_faults(settings))
    yield from wrong
    if wrong:
        return
    try:
        log_in(settings)
        with open_directory(settings) as directory:
            yield from _read_faults(directory, settings)
    except DirectoryError as error:
        cure = _DUMP if _is_dump(settings) else _cure(error)
        yield Fault(error.message, _filled(cure, settings), error.values)


def log_in(settings: Settings) -> None:
    """Log in with the short patience of a page, so that a silent server is told in seconds. Raises DirectoryError."""
    with open_directory(settings, profile="page") as directory:
        directory.known_attributes()


def _settings_faults(settings: Settings) -> Iterator[Fault]:
    is_dump = _is_dump(settings)
    for name, cure in _REQUIRED.items():
        if not getattr(settings, name) and not (is_dump and name == "ldap_bind_dn"):
            yield Fault(N_("%(setting)s is not set."), cure, {"setting": name.upper()})
    if settings.ldap_profile != _BUILT:
        message = N_("LDAP_PROFILE %(profile)s is refused until it is built.")
        yield Fault(message, f"BACKOFFICE_LDAP_PROFILE={_BUILT}", {"profile": settings.ldap_profile})
    if settings.ldap.temp_strategy == FLAT and not settings.ldap.attributes.national_code:
        message = N_(
            'ldap.temp_strategy = "flat" needs the attribute of the national code: without it a temporary entry '
            "cannot be told from a permanent one."
        )
        yield Fault(message, '[ldap.attributes]\nnational_code = "…"')
    if settings.ldap_ca_file and not settings.ldap_ca_file.is_file():
        yield Fault(N_("LDAP_CA_FILE does not exist."), _TLS)


def _read_faults(directory: Directory, settings: Settings) -> Iterator[Fault]:
    # Commands start without pandas.
    from backoffice.reconcile import read_directory  # noqa: PLC0415

    if not directory.known_attributes():
        yield Fault(N_("The directory does not show its schema."), _filled(_SCHEMA, settings))
    if _shows_passwords(directory, settings):
        message = N_("The directory shows userPassword to this account; it must not.")
        yield Fault(message, _filled(_HIDE_PASSWORDS, settings))
    yield from () if _is_dump(settings) else end_faults(directory, settings)
    yield from group_faults(directory, settings)
    found = read_directory.read(directory, settings, settings.hr.sources)
    for attribute in () if _is_dump(settings) else found.missing_attributes:
        message = N_("The directory does not know the attribute %(attribute)s; it will be left out.")
        yield Fault(message, _leave_out(attribute, settings), {"attribute": attribute})


def _shows_passwords(directory: Directory, settings: Settings) -> bool:
    """Look at the first people only; the read ends there."""
    entries = directory.entries(settings.ldap.person_filter, [ENTRY_UUID, _PASSWORD_ATTRIBUTE])
    return any(_PASSWORD_ATTRIBUTE in entry.values for entry in islice(entries, _LOOKED_AT))


def _leave_out(attribute: str, settings: Settings) -> str:
    named = settings.ldap.attributes.model_dump()
    fields = [f'{field} = ""' for field, name in named.items() if name == attribute]
    lines = ["[ldap.attributes]", *fields] if fields else ["[ldap]", "match_keys = […]"]
    return "\n".join(lines)


def _cure(error: DirectoryError) -> str:
    if error.result in _CURES:
        return _CURES[error.result]
    by_kind = {DirectoryUnavailable: _REACH, DirectoryRefused: _TLS}
    return by_kind.get(type(error), _READ)


def _filled(cure: str, settings: Settings) -> str:
    return cure.format(service=settings.ldap_bind_dn, base=settings.ldap_base_dn, uri=settings.ldap_uri)


def _is_dump(settings: Settings) -> bool:
    return urlsplit(settings.ldap_uri).scheme == "file"
