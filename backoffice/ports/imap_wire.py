"""The bytes of a long IMAP connection: every answer is bounded in time, in size, and in the length of its lines.

A command is given a time and a number of bytes before it is sent (``allow``); who talks longer or more is cut off.
Source: reliability.md §2 "X is hostile"; RFC 3501.
"""

import imaplib
import socket
import ssl
import threading
import time
from contextlib import suppress

from backoffice.ports.imap_pace import Pace

CONNECT_SECONDS, GREETING_SECONDS = 5.0, 15.0
# How long a server may say nothing at all in the middle of an answer.
STALL_SECONDS = 30.0
LONGEST_LINE = 1_000_000
GREETING_BYTES = 100_000
_BLOCK, _LEAST_BLOCK = 262_144, 4_096


class Wire(imaplib.IMAP4):
    """One connection. ``context`` None: without TLS, for this machine only. ``pace`` None: as fast as it goes."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, pace: Pace | None = None) -> None:
        self._context, self._buffer, self._looked, self._pace = context, bytearray(), 0, pace
        self._block = min(_BLOCK, max(_LEAST_BLOCK, pace.rate // 4)) if pace else _BLOCK
        self.stall_seconds = STALL_SECONDS
        self.allow(GREETING_SECONDS, GREETING_BYTES, 0)
        super().__init__(host, port)

    def allow(self, seconds: float, size: int, literal: int) -> None:
        """Say how long the next answers may take, how many bytes they may have, and how many a literal."""
        self._until, self._left, self._literal = time.monotonic() + seconds, size, literal

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002 - of the library
        """Connect; the handshake ends in time too, however slowly the server talks."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), CONNECT_SECONDS)
        self.sock = plain
        if self._context is None:
            return
        watchdog = threading.Timer(GREETING_SECONDS, _cut, (plain,))
        watchdog.daemon = True
        watchdog.start()
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        finally:
            watchdog.cancel()

    def read(self, size: int) -> bytes:
        """Read a literal."""
        if size > self._literal:
            raise self.abort("the literal is larger than what was asked for")
        while len(self._buffer) < size:
            self._fill()
        return self._taken(size)

    def readline(self) -> bytes:
        """Read a line."""
        while (end := self._buffer.find(b"\n", self._looked)) < 0:
            self._looked = len(self._buffer)
            if self._looked > LONGEST_LINE:
                raise self.abort("the line is too long")
            self._fill()
        return self._taken(end + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Send; a server that does not take it is given up."""
        self._keep_pace(len(data))
        self.sock.settimeout(self._patience())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection."""
        _cut(self.sock)
        self.sock.close()

    def _taken(self, size: int) -> bytes:
        found = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        self._looked = 0
        return found

    def _fill(self) -> None:
        self.sock.settimeout(self._patience())
        block = self.sock.recv(self._block)
        if not block:
            raise self.abort("the server closed the connection")
        self._left -= len(block)
        if self._left < 0:
            raise self.abort("the server talks too much")
        self._keep_pace(len(block))
        self._buffer += block

    def _keep_pace(self, size: int) -> None:
        """Wait where this server has had its bytes; that takes nothing from the time of the command."""
        if self._pace is not None:
            self._until += self._pace.spend(size)

    def _patience(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.stall_seconds)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
