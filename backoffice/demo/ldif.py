"""Writing LDIF (RFC 2849) that slapadd and ldapmodify read."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence

BRANCHES = ("people", "temporary", "archived", "students", "services", "groups")
SAFE = re.compile(r"[!-9;=-~](?:[ -~]*[!-~])?")  # printable ASCII that starts with no space, colon or less-than

Values = str | Sequence[str]


def entry(dn: str, attributes: Mapping[str, Values]) -> str:
    """Give one record without a final line break; empty values are left out, what is not plain ASCII is base64."""
    lines = [_line("dn", dn)]
    for name, values in attributes.items():
        several = [values] if isinstance(values, str) else values
        lines += [_line(name, value) for value in several if value]
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


def _line(name: str, value: str) -> str:
    if SAFE.fullmatch(value):
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"
