"""A search for entries by the values of one attribute, written to the wire at once.

ldap3 takes longer to parse, build and encode the filter of such a search than the server to answer it. What is sent is
the same, byte for byte. Source: RFC 4511 §4.5.1; ADR 24.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import ldap3

from backoffice.ports import ber, directory_wire

_SEARCH, _OR, _EQUAL = 0x63, 0xA1, 0xA3
_WHOLE_SUBTREE, _DEREF_ALWAYS = 2, 3


def find(
    connection: ldap3.Connection, base: str, attribute: str, values: Iterable[str], wanted: Iterable[str]
) -> tuple[bool, Mapping[str, Any], list[Any]]:
    """Search a tree for entries that have one of these values; give success, result and answers as ldap3 reads them.

    Raises what ldap3 and the socket raise. ``wanted``: the attributes asked for.
    """
    number = directory_wire.send(connection, "searchRequest", request(base, attribute, values, wanted))
    answers: list[Any] = connection.strategy.post_send_search(number)
    result: Mapping[str, Any] = connection.result
    return not result["result"], result, answers


def request(base: str, attribute: str, values: Iterable[str], wanted: Iterable[str]) -> bytes:
    """Give the search request of an LDAPMessage in BER."""
    parts = (
        ber.octets(base.encode()), ber.enumerated(_WHOLE_SUBTREE), ber.enumerated(_DEREF_ALWAYS),
        ber.integer(0), ber.integer(0), ber.NO,
        ber.tlv(_OR, b"".join(equality(attribute, value) for value in values)), selection(wanted),
    )  # fmt: skip
    return ber.tlv(_SEARCH, b"".join(parts))


def equality(attribute: str, value: str) -> bytes:
    """Give the filter that asks for one value, also that of an assertion control (RFC 4528)."""
    return ber.tlv(_EQUAL, ber.octets(attribute.encode()) + ber.octets(value.encode()))


def selection(attributes: Iterable[str]) -> bytes:
    """Give a list of attributes that are asked for, also that of a read control (RFC 4527)."""
    return ber.tlv(ber.SEQUENCE, b"".join(ber.octets(name.encode()) for name in attributes))
