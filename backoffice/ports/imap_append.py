"""Sending messages to a folder.

Many in one command where the server takes that (RFC 3502), without waiting for its word before each literal where it
offers that (RFC 7888).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backoffice.ports import imap_answers
from backoffice.ports.imap_content import Content
from backoffice.ports.imap_wire import Wire

_BLOCK = 65_536
_SMALL_LITERAL = 4_096


@dataclass(frozen=True)
class Outgoing:
    """A message to be stored, with flags and date as they stand in commands."""

    flags: tuple[str, ...]
    date: str
    content: Content


def send(wire: Wire, folder: bytes, messages: Sequence[Outgoing], capabilities: frozenset[str]) -> tuple[str, bytes]:
    """Append in one command; give the status (OK, NO) and what the server said."""
    tag = wire._new_tag()  # noqa: SLF001 - imaplib sends one literal a command only
    command = tag + b" APPEND " + folder
    for message in messages:
        command += _heading(message)
        command = _literal(wire, tag, command, message.content, capabilities)
        if command is None:
            break
    else:
        wire.send(command + b"\r\n")
    status, said = wire._command_complete("APPEND", tag)  # noqa: SLF001
    wire.untagged_responses.clear()
    return status, said[0] or b""


def _heading(message: Outgoing) -> bytes:
    date = f' "{message.date}"' if message.date else ""
    return f" ({' '.join(message.flags)}){date}".encode("latin-1")


def _literal(wire: Wire, tag: bytes, before: bytes, content: Content, capabilities: frozenset[str]) -> bytes | None:
    """Send all but the last bytes; give those, None where the server does not want the message at all."""
    at_once = "LITERAL+" in capabilities or ("LITERAL-" in capabilities and content.size <= _SMALL_LITERAL)
    before += b" {%d%s}\r\n" % (content.size, b"+" if at_once else b"")
    if not at_once:
        wire.send(before)
        if not _is_wanted(wire, tag):
            return None
        before = b""
    for part in content.parts():
        if len(before) + len(part) <= _BLOCK:
            before += part
            continue
        wire.send(before)
        before = b""
        for block in _blocks(part):
            wire.send(before)
            before = block
    return before


def _blocks(part: bytes) -> Iterator[bytes]:
    for start in range(0, len(part), _BLOCK):
        yield part[start : start + _BLOCK]


def _is_wanted(wire: Wire, tag: bytes) -> bool:
    """Wait for the server's word before a literal."""
    while wire._get_response():  # noqa: SLF001
        if wire.tagged_commands.get(tag):
            return False
    return True


def uids(status: str, said: bytes, count: int) -> list[int]:
    """Give the UIDs the messages have now, [] where the server does not say."""
    return imap_answers.appended(said, count) if status == "OK" else []
