"""Trying a mailbox password at the old mail server, by IMAP.

Only the host of OLD_IMAP_URL is ever contacted, over TLS unless it is this machine; what a hostile server sends is
bounded in time and size. Source: mission S21; reliability.md §2 "X is hostile"; RFC 3501,
RFC 4616, RFC 5530.
"""

import imaplib
import re
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

TIMEOUT, WHOLE_TIME = 4.0, 8.0
LONGEST_LITERAL = 10_000
_UNAVAILABLE = "[UNAVAILABLE]"
_PORTS = {"imaps": 993, "imap": 143}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Nothing that a command or an address would read as a sign of its own.
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,254}", re.ASCII)
_BREAKS = re.compile(r"[\x00-\x1f\x7f]")

DOWN = N_(
    "The old mail server does not answer, so the password could not be tried. This does not mean that it is wrong; "
    "please try again shortly."
)
NO_SERVER = N_("Mailboxes of the old server cannot be brought along at the moment.")


class MailboxDownError(RefusedError):
    """The server could not say whether the password is right: an outage, never a wrong password (mission S42)."""


def opens(user: str, password: str, settings: Settings) -> bool:
    """Say whether a password opens a mailbox of the old server. Raises MailboxDownError."""
    scheme, host, port = _place(settings)
    if not password or _BREAKS.search(password) or not _USER.fullmatch(user):
        return False
    try:
        connection = _connect(scheme, host, port)
    except (OSError, imaplib.IMAP4.error, ValueError) as fault:
        raise MailboxDownError(DOWN) from fault
    try:
        return _authenticated(connection, user, password)
    except (OSError, imaplib.IMAP4.abort, ValueError) as fault:
        raise MailboxDownError(DOWN) from fault
    finally:
        connection.shutdown()


def _place(settings: Settings) -> tuple[str, str, int]:
    url = urlsplit(settings.old_imap_url)
    if url.scheme not in _PORTS or not url.hostname:
        raise MailboxDownError(NO_SERVER)
    if url.scheme == "imap" and url.hostname not in _LOOPBACK:
        raise MailboxDownError(NO_SERVER)
    return url.scheme, url.hostname, url.port or _PORTS[url.scheme]


def _authenticated(connection: "imaplib.IMAP4", user: str, password: str) -> bool:
    """Log in with SASL PLAIN, whose values no server can take for commands."""
    try:
        connection.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refusal:
        if str(refusal).startswith(_UNAVAILABLE):
            raise MailboxDownError(DOWN) from refusal
        return False
    return True


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


def _connect(scheme: str, host: str, port: int) -> imaplib.IMAP4:
    if scheme == "imaps":
        return _BoundedTls(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    return _Bounded(host, port, TIMEOUT)
