"""Writing LDIF (RFC 2849) that slapadd and ldapmodify read."""

from collections.abc import Iterable, Mapping, Sequence

from backoffice.rules.ldif_lines import line

BRANCHES = ("people", "temporary", "archived", "students", "services", "groups")

Values = str | Sequence[str]


def entry(dn: str, attributes: Mapping[str, Values]) -> str:
    """Give one record without a final line break; empty values are left out, what is not plain ASCII is base64."""
    lines = [line("dn", dn)]
    for name, values in attributes.items():
        several = [values] if isinstance(values, str) else values
        lines += [line(name, value) for value in several if value]
    return "\n".join(lines)


def document(entries: Iterable[str]) -> str:
    """Join records to one file."""
    return "\n\n".join(entries) + "\n"


def tree(base_dn: str, branches: Sequence[str] = BRANCHES) -> list[str]:
    """Give the records of the base entry (a dc) and of the organizational units below it."""
    name = base_dn.split(",", 1)[0].removeprefix("dc=")
    base = entry(base_dn, {"objectClass": ["dcObject", "organization"], "dc": name, "o": name})
    units = [entry(f"ou={ou},{base_dn}", {"objectClass": "organizationalUnit", "ou": ou}) for ou in branches]
    return [base, *units]
