"""Search entries taken from the wire by us; everything else that a server says is read by ldap3.

Its general decoder, with the copies and conversions nobody looks at, is most of what a bulk read costs. Leans on the
inside of the pinned ldap3 2.9.1. An entry in any other form than the usual is left to ldap3.
Source: RFC 4511 §4.1.1, §4.5.2; ADR 24.
"""

from typing import Any, Self

import ldap3

from backoffice.ports import ber

_ENTRY = 0x64


class Answer(dict[str, Any]):
    """One entry: type, raw_dn, raw_attributes (name -> list of bytes). It is read once, so a copy of it is itself."""

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def keep_raw(connection: ldap3.Connection) -> None:
    """Let the searches of a connection give an Answer for each entry from now on."""
    strategy = connection.strategy
    if "receiving" not in vars(strategy):
        taker = _Taker(strategy)
        strategy.receiving, strategy._get_response = taker.receiving, taker.get_response  # noqa: SLF001


class _Taker:
    """Takes the entries out of the messages of a connection before ldap3 sees them."""

    def __init__(self, strategy: Any) -> None:
        self._receive, self._answer = strategy.receiving, strategy._get_response  # noqa: SLF001
        self._number, self._entries = 0, list[Answer]()

    def get_response(self, number: int, timeout: int) -> Any:
        """Give the answers to a request as ldap3 does, the entries first."""
        self._number, self._entries = number, []
        others = self._answer(number, timeout)
        return [*self._entries, *others] if isinstance(others, list) else others

    def receiving(self) -> list[bytes]:
        """Give the next messages that are no entries of the search under way; [] where the connection ended."""
        while messages := self._receive():
            others = [message for message in messages if not self._takes(message)]
            if others:
                return others
        return []

    def _takes(self, message: bytes) -> bool:
        entry = entry_of(message, self._number)
        if entry is not None:
            self._entries.append(entry)
        return entry is not None


def entry_of(message: bytes, number: int) -> Answer | None:
    """Give the entry in the answer to the request with this number; None for any other message."""
    try:
        at, end = ber.opened(message, 0, ber.SEQUENCE)
        at, told = ber.opened(message, at, ber.INTEGER)
        if end != len(message) or int.from_bytes(message[at:told], "big") != number or message[told] != _ENTRY:
            return None
        at, last = ber.opened(message, told, _ENTRY)
        return _entry(message, at, last) if last == end else None
    except (IndexError, ValueError):
        return None


def _entry(message: bytes, at: int, last: int) -> Answer:
    opened = ber.opened
    start, at = opened(message, at, ber.OCTETS)
    name, held = message[start:at], dict[str, list[bytes]]()
    at, end = opened(message, at, ber.SEQUENCE)
    if end != last:
        raise ValueError(end)
    while at < end:
        at, stop = opened(message, at, ber.SEQUENCE)
        start, at = opened(message, at, ber.OCTETS)
        attribute = str(message[start:at], "utf-8")
        at, rest = opened(message, at, ber.SET)
        values = held[attribute] = []
        while at < rest:
            start, at = opened(message, at, ber.OCTETS)
            values.append(message[start:at])
        if at != rest or rest != stop:
            raise ValueError(at)
    if at != end:
        raise ValueError(at)
    return Answer(type="searchResEntry", raw_dn=name, raw_attributes=held)
