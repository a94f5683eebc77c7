"""Search entries as ldap3 took them from the wire, without the conversions and copies nobody looks at.

They are most of what ldap3 costs in a bulk read. Leans on the inside of the pinned ldap3 2.9.1, and only here.
"""

from typing import Any, Self

import ldap3

# Source: RFC 4511 §4.5.2.
_SEARCH_ENTRY = 4
_DECODER = "decode_response_fast"
_VALUE = 3


class Answer(dict[str, Any]):
    """One entry: type, raw_dn, raw_attributes (name -> list of bytes). It is read once, so a copy of it is itself."""

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def keep_raw(connection: ldap3.Connection) -> None:
    """Let the searches of a connection give an Answer for each entry from now on."""
    strategy = connection.strategy
    if _DECODER in vars(strategy):
        return
    usual = getattr(strategy, _DECODER)

    def decode(message: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (
            usual(message) if message["protocolOp"] != _SEARCH_ENTRY else _answer(message["payload"])
        )
        return found

    setattr(strategy, _DECODER, decode)


def _answer(payload: Any) -> Answer:
    """Take name and values out of nested (class, constructed, tag, value), as ldap3's fast decoder leaves them."""
    held = {}
    for attribute in payload[1][_VALUE]:
        name, values = attribute[_VALUE]
        held[str(name[_VALUE], "utf-8", "replace")] = [bytes(value[_VALUE]) for value in values[_VALUE]]
    return Answer(type="searchResEntry", raw_dn=bytes(payload[0][_VALUE]), raw_attributes=held)
