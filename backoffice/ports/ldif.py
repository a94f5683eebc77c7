"""Reading LDIF content records. Source: RFC 2849."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backoffice.ports.directory_contract import description, text

_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.;_-]*")
_DN = "dn"
_VERSION = "version"
_CHANGES = frozenset({"changetype", "control"})


class LdifError(ValueError):
    """The text is not LDIF we read; ``line`` is the physical line, from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


class Record(NamedTuple):
    """One entry: where it starts, its DN, values by description (lower case, options sorted)."""

    line: int
    dn: str
    values: dict[str, list[str]]


class _Line(NamedTuple):
    number: int
    content: bytes


def records(stream: Iterable[bytes]) -> Iterator[Record]:
    """Give the entries of an LDIF file, read line by line. Raises LdifError."""
    block: list[_Line] = []
    for line in _unfolded(stream):
        if line.content:
            block.append(line)
            continue
        yield from _record(block)
        block = []
    yield from _record(block)


def _unfolded(stream: Iterable[bytes]) -> Iterator[_Line]:
    """Give logical lines without comments, an empty one at the end of a record."""
    number, start, parts = 0, 0, [b""]
    for raw in stream:
        number += 1
        line = raw.rstrip(b"\r\n")
        if line.startswith(b" ") and start:
            parts.append(line[1:])
            continue
        if line.startswith(b" "):
            raise LdifError(number, "a continued line without a line before it")
        if start:
            yield from _not_comment(start, parts)
        if not line:
            yield _Line(number, b"")
        start, parts = (number if line else 0), [line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line]
    if start:
        yield from _not_comment(start, parts)


def _not_comment(number: int, parts: list[bytes]) -> Iterator[_Line]:
    if not parts[0].startswith(b"#"):
        yield _Line(number, b"".join(parts))


def _record(block: list[_Line]) -> Iterator[Record]:
    pairs = [(line.number, *_pair(line)) for line in block]
    if pairs and pairs[0][1] == _VERSION:
        pairs = pairs[1:]
    if not pairs:
        return
    first, name, dn = pairs[0]
    if name != _DN:
        raise LdifError(first, "a record must begin with «dn:»")
    values: dict[str, list[str]] = {}
    for number, name, value in pairs[1:]:
        if name in _CHANGES or name == _DN:
            raise LdifError(number, f"«{name}» has no place in a dump")
        values.setdefault(name, []).append(value)
    yield Record(first, dn, values)


def _pair(line: _Line) -> tuple[str, str]:
    name, colon, rest = line.content.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        raise LdifError(line.number, "a line must be «name: value»")
    if rest.startswith(b"<"):
        raise LdifError(line.number, "a value by URL is refused")
    value = _base64(line.number, rest[1:]) if rest.startswith(b":") else rest.lstrip(b" ")
    return description(name.decode("ascii")), text(value)


def _base64(number: int, value: bytes) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        raise LdifError(number, "a base64 value is broken") from None
