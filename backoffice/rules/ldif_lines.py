"""Lines of LDIF. Source: RFC 2849; what is not plain ASCII, or begins or ends oddly, is base64."""

import base64
import re
from collections.abc import Iterable, Sequence

from backoffice.rules.entry_changes import Change

# Printable ASCII that starts with no space, colon or less-than and ends with no space.
_SAFE = re.compile(r"[!-9;=-~](?:[ -~]*[!-~])?")


def line(name: str, value: str) -> str:
    """Give one line «name: value»."""
    if not value or _SAFE.fullmatch(value):
        return f"{name}: {value}".rstrip()
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


def modification(dn: str, changes: Iterable[Change]) -> str:
    """Give the record that makes these changes of an entry, without a final line break."""
    lines = [line("dn", dn), "changetype: modify"]
    for change in changes:
        lines += _values("delete", change.attribute, change.remove) + _values("add", change.attribute, change.add)
    return "\n".join(lines)


def _values(verb: str, attribute: str, values: Sequence[str]) -> list[str]:
    return [f"{verb}: {attribute}", *(line(attribute, value) for value in values), "-"] if values else []
