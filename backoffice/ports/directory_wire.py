"""Messages that are written to the wire by us, on a connection of ldap3, which reads the answers.

Leans on the inside of the pinned ldap3 2.9.1, as ``directory_answers`` does. Source: RFC 4511 §4.1.1; ADR 24.
"""

from collections.abc import Iterable

import ldap3

from backoffice.ports import ber

Control = tuple[str, bool, bytes]
_CONTROLS = 0xA0


def send(connection: ldap3.Connection, kind: str, request: bytes, controls: Iterable[Control] = ()) -> int:
    """Send a request in BER; give its number. ``kind``: what ldap3 calls it; ``controls``: (OID, critical, value)."""
    number: int = connection.server.next_message_id()
    connection.request = None
    connection.strategy._outstanding[number] = {"type": kind}  # noqa: SLF001 - the pinned version's own list
    connection.socket.sendall(message(number, request, controls))
    return number


def message(number: int, request: bytes, controls: Iterable[Control] = ()) -> bytes:
    """Give the LDAPMessage of a request in BER."""
    added = b"".join(_control(*control) for control in controls)
    return ber.tlv(ber.SEQUENCE, ber.integer(number) + request + (ber.tlv(_CONTROLS, added) if added else b""))


def _control(oid: str, is_critical: bool, value: bytes) -> bytes:  # noqa: FBT001 - a tuple's own order
    return ber.tlv(ber.SEQUENCE, ber.octets(oid.encode()) + (ber.YES if is_critical else b"") + ber.octets(value))
