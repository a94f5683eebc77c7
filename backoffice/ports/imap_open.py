"""Opening a mailbox for a move: only at a configured server, with TLS verified.

Source: issue "Mail moves" 1, 2; reliability.md, threat X.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import imapclient

from backoffice.ports import imap
from backoffice.ports.imap import Entry
from backoffice.ports.imap_faults import WRONG_LOGIN, LoginRefusedError, named_faults
from backoffice.ports.imap_pace import Pace, pace_of
from backoffice.ports.imap_session import Session
from backoffice.ports.imap_wire import Wire
from backoffice.ports.mail_server import BAD_CERTIFICATE, BAD_URL, MailServer
from backoffice.ports.transport import NOT_REACHED, TransportError


@contextmanager
def opened(server: MailServer, login: str, password: str) -> Iterator[Session]:
    """Open a mailbox with a login. Raises TransportError, LoginRefusedError where the password is not accepted."""
    client = _connect(server)
    wire = client._imap  # noqa: SLF001 - its own calls cannot log in with PLAIN
    try:
        with named_faults(server.host):
            if imap.enter(wire, login, password) is not Entry.IN:
                raise LoginRefusedError(WRONG_LOGIN, {"host": server.host})
            session = Session(client, wire, server.host)
        yield session
    except imap.ImapDownError:
        raise TransportError(NOT_REACHED, {"host": server.host}) from None
    finally:
        wire.shutdown()


@contextmanager
def opened_as_master(server: MailServer, username: str) -> Iterator[Session]:
    """Open somebody's mailbox as the master user."""
    with opened(server, master_login(server, username), server.password) as session:
        yield session


def master_login(server: MailServer, username: str) -> str:
    """Give the name with which the master user opens somebody's mailbox. Raises LoginRefusedError."""
    if not imap.is_user(username):
        raise LoginRefusedError(WRONG_LOGIN, {"host": server.host})
    return server.form.format(user=username, master=server.master)


class _Client(imapclient.IMAPClient):  # type: ignore[misc]
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, pace: Pace | None) -> None:
        self._pace = pace
        super().__init__(host, port, ssl=False, ssl_context=context)

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - named by the library
        return Wire(self.host, self.port, self.ssl_context, self._pace)


def _connect(server: MailServer) -> imapclient.IMAPClient:
    try:
        scheme, host, port = imap.place(server.address.url)
    except imap.BadAddressError:
        raise TransportError(BAD_URL, {"setting": f"{server.which}_url".upper()}) from None
    context = None
    if scheme == "imaps":
        ca_file = server.address.ca_file
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    try:
        client = _Client(host, port, context, pace_of(server.address.url, server.rate))
    except ssl.SSLCertVerificationError:
        raise TransportError(BAD_CERTIFICATE, {"host": server.host}) from None
    except (OSError, imaplib.IMAP4.error, ValueError):
        raise TransportError(NOT_REACHED, {"host": server.host}) from None
    client.folder_encode = False
    # What is said is not repeated in logs.
    client._imap.debug = 0  # noqa: SLF001
    return client
