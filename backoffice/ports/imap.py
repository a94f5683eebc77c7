"""A connection to one of the two configured mail servers, by IMAP.

Over TLS unless it is this machine; what a hostile server sends is bounded in time and size. Source: reliability.md §2
"X is hostile"; RFC 3501, RFC 4616 (PLAIN), RFC 5530 (response codes).
"""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from urllib.parse import urlsplit

from backoffice.settings import LOOPBACK

TIMEOUT, WHOLE_TIME = 4.0, 8.0
LONGEST_LITERAL = 10_000
_PORTS = {"imaps": 993, "imap": 143}
_NOT_THIS_USER = "[AUTHORIZATIONFAILED]"
# The server cannot tell at the moment, or does not want to; that says nothing about the password.
_CANNOT_TELL = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]", "[PRIVACYREQUIRED]")
# How imaplib words the answer BAD.
_NOT_UNDERSTOOD = "command error: BAD"
# Nothing that a command or an address would read as a sign of its own.
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,254}", re.ASCII)
_BREAKS = re.compile(r"[\x00-\x1f\x7f]")


class ImapDownError(Exception):
    """The server did not answer, or could not tell: nothing is known about the password."""


class BadCertificateError(ImapDownError):
    """The server's certificate is not accepted; no password was sent."""


class BadAddressError(ImapDownError):
    """The address is none that may be used."""


class Entry(Enum):
    """What a server says to somebody who wants in. ``NO_SUCH_USER``: the password is right, but not for this user."""

    IN = auto()
    WRONG = auto()
    NO_SUCH_USER = auto()


@dataclass(frozen=True)
class Address:
    """Where a server is; ``ca_file``: who signs its certificate, None for those everybody trusts."""

    url: str
    ca_file: Path | None = None


def is_user(name: str) -> bool:
    """Say whether a name can be that of a mailbox."""
    return _USER.fullmatch(name) is not None


def is_password(text: str) -> bool:
    """Say whether a text can be a password: anything but nothing and signs that end a line."""
    return bool(text) and not _BREAKS.search(text)


@contextmanager
def connected(address: Address) -> Iterator[imaplib.IMAP4]:
    """Give a connection that ends in time. Raises ImapDownError, also for what goes wrong inside the block."""
    connection = _connect(address)
    try:
        yield connection
    except (OSError, imaplib.IMAP4.error, ValueError) as fault:
        raise ImapDownError(str(fault)) from None
    finally:
        connection.shutdown()


def enter(connection: imaplib.IMAP4, login: str, password: str) -> Entry:
    """Log in with SASL PLAIN, whose values no server can take for commands. Raises ImapDownError."""
    try:
        connection.authenticate("PLAIN", lambda _challenge: f"\0{login}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refusal:
        said = str(refusal)
        if said.startswith(_CANNOT_TELL) or _NOT_UNDERSTOOD in said:
            raise ImapDownError(said) from None
        return Entry.NO_SUCH_USER if said.startswith(_NOT_THIS_USER) else Entry.WRONG
    return Entry.IN


class _Bounded(imaplib.IMAP4):
    """A connection that ends when the server talks too long or too much."""

    def open(self, host: str = "", port: int = 0, timeout: float | None = TIMEOUT) -> None:
        """Connect, and see to it that all ends in time, however slowly the server talks."""
        super().open(host, port, timeout)
        self._clock = threading.Timer(WHOLE_TIME, self._cut)
        self._clock.daemon = True
        self._clock.start()

    def shutdown(self) -> None:
        """Close the connection."""
        self._clock.cancel()
        super().shutdown()

    def read(self, size: int) -> bytes:
        """Read a literal, unless it is larger than any answer to a login."""
        if size > LONGEST_LITERAL:
            raise self.abort("the server talks too much")
        return super().read(size)

    def _cut(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):  # type: ignore[misc]
    """The same over TLS, with certificate and name checked."""


def _connect(address: Address) -> imaplib.IMAP4:
    scheme, host, port = place(address.url)
    try:
        if scheme == "imap":
            return _Bounded(host, port, TIMEOUT)
        context = ssl.create_default_context(cafile=str(address.ca_file) if address.ca_file else None)
        return _BoundedTls(host, port, ssl_context=context, timeout=TIMEOUT)
    except ssl.SSLCertVerificationError as fault:
        raise BadCertificateError(fault.verify_message) from None
    except (OSError, imaplib.IMAP4.error, ValueError) as fault:
        raise ImapDownError(str(fault)) from None


def place(text: str) -> tuple[str, str, int]:
    """Give scheme, host and port of an address that may be used. Raises BadAddressError."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise BadAddressError(text) from None
    if url.scheme not in _PORTS or not url.hostname or (url.scheme == "imap" and url.hostname not in LOOPBACK):
        raise BadAddressError(text)
    return url.scheme, url.hostname, port or _PORTS[url.scheme]
