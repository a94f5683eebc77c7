"""Asking for many messages at once: the answers as imaplib gives them, in a fraction of its time.

imaplib matches every line with several patterns; of five thousand small messages that costs more than the server does.
Every bound of imap_wire holds here too.
"""

import re

from backoffice.ports.imap_answers import Raw
from backoffice.ports.imap_wire import Wire

_LITERAL = re.compile(rb"\{([0-9]{1,15})\}\r\n$")
_FETCH = re.compile(rb"\* [0-9]{1,10} FETCH ")
_BYE = b"* BYE"


def fetch(wire: Wire, uids: str, what: str) -> tuple[str, list[Raw]]:
    """Give the status and the answers to FETCH; where the status is not OK, what the server said."""
    tag = wire._new_tag()  # noqa: SLF001 - imaplib counts the commands
    del wire.tagged_commands[tag]
    wire.send(tag + f" UID FETCH {uids} {what}\r\n".encode("ascii"))
    found: list[Raw] = []
    end = tag + b" "
    while True:
        line = _line(wire)
        is_fetch = _FETCH.match(line) is not None
        while literal := line.endswith(b"}\r\n") and _LITERAL.search(line):
            content = wire.read(int(literal[1]))
            if is_fetch:
                found.append((line[:-2], content))
            line = _line(wire)
        line = line[:-2]
        if is_fetch:
            found.append(line)
        elif line.startswith(end):
            status, _, said = line[len(end) :].partition(b" ")
            return status.decode("latin-1").upper(), found if status.upper() == b"OK" else [said]
        elif line.startswith(_BYE):
            raise wire.abort("the server said goodbye")


def _line(wire: Wire) -> bytes:
    line = wire.readline()
    if not line.endswith(b"\r\n"):
        raise wire.abort("the line has no end")
    return line
