"""Letting fewer than half of the processes of the desk wait for the same service around it. See docs/adr/0033.

A service that hangs would otherwise hold all of them, and nobody would get any page. Services are named by the setting
that says where they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from backoffice.line import Line, formed

DIRECTORY, REGISTRY, OWNER, OLD_MAIL = "LDAP_URI", "CIVIL_REGISTRY_URL", "MOBILE_OWNER_URL", "OLD_IMAP_URL"
PATIENCE = 0.5

_lines: dict[str, Line] = {}


class FullError(Exception):
    """As many as may wait for the service at once do so already."""


def form(processes: int) -> None:
    """Limit the processes that are forked from this one, so many in all; without this nobody is turned away."""
    for service in (DIRECTORY, REGISTRY, OWNER, OLD_MAIL):
        line = formed(max(1, (processes - 1) // 2), PATIENCE)
        if line:
            _lines[service] = line


@contextmanager
def place(service: str) -> Iterator[None]:
    """Hold one of the places before a service. Raises FullError after half a second at most."""
    line = _lines.get(service)
    if line is None:
        yield
        return
    if not line.enter():
        raise FullError
    try:
        yield
    finally:
        line.leave()
