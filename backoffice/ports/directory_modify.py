"""A modify request written to the wire at once; ldap3 takes most of the time of a change to build and check one.

What is sent is the same, byte for byte, as ldap3 sends. Source: RFC 4511 §4.1.1, §4.6; ADR 24.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ldap3

from backoffice.ports import ber, directory_wire
from backoffice.ports.directory_wire import Control

Step = tuple[int, str, Sequence[bytes]]
ADD, DELETE, REPLACE = 0, 1, 2
_MODIFY = 0x66


def modify(
    connection: ldap3.Connection, dn: str, steps: Iterable[Step], controls: Iterable[Control] = ()
) -> tuple[bool, Mapping[str, Any]]:
    """Send one modify request; give whether it was done, and the result as ldap3 reads it.

    Raises what ldap3 and the socket raise.
    ``steps``: (ADD, DELETE or REPLACE, attribute, values).
    """
    number = directory_wire.send(connection, "modifyRequest", request(dn, steps), controls)
    connection.strategy.post_send_single_response(number)
    result: Mapping[str, Any] = connection.result
    return not result["result"], result


def request(dn: str, steps: Iterable[Step]) -> bytes:
    """Give the modify request of an LDAPMessage in BER."""
    changes = b"".join(_change(*step) for step in steps)
    return ber.tlv(_MODIFY, ber.octets(dn.encode()) + ber.tlv(ber.SEQUENCE, changes))


def _change(kind: int, attribute: str, values: Sequence[bytes]) -> bytes:
    held = ber.tlv(ber.SET, b"".join(map(ber.octets, values)))
    return ber.tlv(ber.SEQUENCE, ber.enumerated(kind) + ber.tlv(ber.SEQUENCE, ber.octets(attribute.encode()) + held))
