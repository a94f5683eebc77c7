"""A modify request written to the wire at once; ldap3 takes most of the time of a change to build and check one.

What is sent is the same, byte for byte, as ldap3 sends. Leans on the inside of the pinned ldap3 2.9.1, as
``directory_answers`` does. Source: RFC 4511 §4.1.1, §4.6; ADR 24.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ldap3

Step = tuple[int, str, Sequence[bytes]]
Control = tuple[str, bool, bytes]
ADD, DELETE, REPLACE = 0, 1, 2
_BOOLEAN, _INTEGER, _OCTETS, _ENUMERATED, _SEQUENCE, _SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31
_MODIFY, _CONTROLS = 0x66, 0xA0
_SHORT = 0x80


def modify(
    connection: ldap3.Connection, dn: str, steps: Iterable[Step], controls: Iterable[Control] = ()
) -> tuple[bool, Mapping[str, Any]]:
    """Send one modify request; give whether it was done, and the result as ldap3 reads it.

    Raises what ldap3 and the socket raise.
    ``steps``: (ADD, DELETE or REPLACE, attribute, values); ``controls``: (OID, critical, value).
    """
    strategy = connection.strategy
    number = connection.server.next_message_id()
    connection.request = None
    strategy._outstanding[number] = {"type": "modifyRequest"}  # noqa: SLF001 - the pinned version's own list
    connection.socket.sendall(message(number, dn, steps, controls))
    strategy.post_send_single_response(number)
    result: Mapping[str, Any] = connection.result
    return not result["result"], result


def message(number: int, dn: str, steps: Iterable[Step], controls: Iterable[Control] = ()) -> bytes:
    """Give the LDAPMessage of a modify request in BER."""
    changes = b"".join(_change(*step) for step in steps)
    request = _tlv(_MODIFY, _octets(dn.encode()) + _tlv(_SEQUENCE, changes))
    added = b"".join(_control(*control) for control in controls)
    return _tlv(_SEQUENCE, _integer(number) + request + (_tlv(_CONTROLS, added) if added else b""))


def _change(kind: int, attribute: str, values: Sequence[bytes]) -> bytes:
    held = _tlv(_SET, b"".join(map(_octets, values)))
    return _tlv(_SEQUENCE, _tlv(_ENUMERATED, bytes([kind])) + _tlv(_SEQUENCE, _octets(attribute.encode()) + held))


def _control(oid: str, is_critical: bool, value: bytes) -> bytes:  # noqa: FBT001 - a tuple's own order
    critical = _tlv(_BOOLEAN, b"\xff") if is_critical else b""
    return _tlv(_SEQUENCE, _octets(oid.encode()) + critical + _octets(value))


def _integer(number: int) -> bytes:
    """Write a number that is not negative; its first bit is always 0."""
    return _tlv(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _octets(value: bytes) -> bytes:
    return _tlv(_OCTETS, value)


def _tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < _SHORT:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, _SHORT | len(size)]) + size + content
