"""Reading LDIF content records. Source: RFC 2849."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from backoffice.ports.directory_contract import description, text

_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.;_-]*")
_DN = "dn"
_VERSION = "version"
_CHANGES = frozenset({"changetype", "control"})
_EMPTY = frozenset({b"\n", b"\r\n"})
# How a line begins that has no name: continued, a comment, empty.
_NO_NAME = frozenset({b" ", b"#", b"\n", b"\r"})


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
    for number, block in _blocks(stream):
        record = _plain_record(number, block)
        if record:
            yield record
        else:
            yield from _record(list(_unfolded(number, block)))


def names(stream: Iterable[bytes]) -> set[str]:
    """Give every attribute description that begins a line; much faster than reading the entries."""
    found = {line.partition(b":")[0] for line in stream if line[:1] not in _NO_NAME}
    return {description(name.decode("ascii")) for name in found if _NAME.fullmatch(name)}


def _blocks(stream: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Give the lines of each record and the number of the first."""
    start, block = 1, []
    for number, line in enumerate(stream, start=1):
        if line not in _EMPTY:
            block.append(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            continue
        if block:
            yield start, block
        start, block = number + 1, []
    if block:
        yield start, block


def _plain_record(number: int, block: list[bytes]) -> Record | None:
    """Give a record that begins with its DN and has nothing odd; None is for the reader that knows the lines."""
    lines = b"".join(block).replace(b"\r\n", b"\n").replace(b"\n ", b"").rstrip(b"\n").split(b"\n")
    values: dict[str, list[str]] = {}
    try:
        for line in lines:
            name, _, rest = line.partition(b":")
            raw = binascii.a2b_base64(rest[1:].strip(), strict_mode=True) if rest[:1] == b":" else rest.lstrip(b" ")
            values.setdefault(_usual(name), []).append(text(raw))
            if rest[:1] == b"<":
                return None
    except ValueError:
        return None
    dn = values.pop(_DN, [])
    if len(dn) != 1 or not block[0].lower().startswith(b"dn:") or not _CHANGES.isdisjoint(values):
        return None
    return Record(number, dn[0], values)


@lru_cache(maxsize=1024)
def _usual(name: bytes) -> str:
    """Give the description a name stands for. Raises ValueError for what is no name, as in a comment."""
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    return description(name.decode("ascii"))


def _unfolded(start: int, block: list[bytes]) -> Iterator[_Line]:
    """Give logical lines without comments."""
    number, parts = start, [b""]
    for position, raw in enumerate(block, start=start):
        line = raw.rstrip(b"\r\n")
        if line.startswith(b" "):
            if position == start:
                raise LdifError(position, "a continued line without a line before it")
            parts.append(line[1:])
            continue
        if position > start:
            yield from _not_comment(number, parts)
        number, parts = position, [line]
    yield from _not_comment(number, parts)


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
