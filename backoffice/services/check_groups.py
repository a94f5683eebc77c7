"""Whether the groups that people join when their account becomes permanent are there, and are such groups."""

from collections.abc import Iterator, Sequence

from backoffice.i18n import N_
from backoffice.ports.directory import Directory, DirectoryError
from backoffice.rules.distinguished_name import normal
from backoffice.rules.memberships import attribute_of, group_dn
from backoffice.services.fault import Fault
from backoffice.services.promotion_groups import NO_GROUP, NO_MEMBERS
from backoffice.settings import Settings

GIVES_RIGHTS = N_("%(dn)s gives rights at the desk (ldap.role_groups), and ldap.groups would put everybody in it.")
_CLASSES, _NO_SUCH_OBJECT = "objectClass", 32
_ADD = """\
dn: {dn}
changetype: add
objectClass: groupOfNames
member: {service}"""
_LEAVE_OUT = "[ldap.groups]\n{kind} = […]"


def group_faults(directory: Directory, settings: Settings) -> Iterator[Fault]:
    """Give a fault for each group of ``[ldap.groups]`` that nobody could join, or that nobody should."""
    ldap = settings.ldap
    roles = {normal(dn) for dn in ldap.role_groups.values()}
    looked_at: set[str] = set()
    for kind, names in ldap.groups.items():
        for dn in (group_dn(name, ldap, settings.ldap_base_dn) for name in names):
            if normal(dn) in roles:
                yield Fault(GIVES_RIGHTS, _LEAVE_OUT.format(kind=kind), {"dn": dn})
            elif normal(dn) not in looked_at:
                yield from _group_faults(directory, dn, settings)
            looked_at.add(normal(dn))


def _group_faults(directory: Directory, dn: str, settings: Settings) -> Iterator[Fault]:
    classes = _classes(directory, dn)
    add = _ADD.format(dn=dn, service=settings.ldap_bind_dn)
    if classes is None:
        yield Fault(NO_GROUP, add, {"dn": dn})
    elif not attribute_of(classes):
        yield Fault(NO_MEMBERS, _LEAVE_OUT.format(kind="…"), {"dn": dn})


def _classes(directory: Directory, dn: str) -> Sequence[str] | None:
    """Give the classes of an entry, None where there is none."""
    try:
        for entry in directory.entries("(objectClass=*)", [_CLASSES], dn):
            if normal(entry.dn) == normal(dn):
                return entry.values.get(_CLASSES, ())
    except DirectoryError as error:
        if error.result != _NO_SUCH_OBJECT:
            raise
    return None
