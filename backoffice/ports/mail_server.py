"""The old and the new mail server as the settings name them, entered as their master user.

Only their hosts are ever contacted; we never hold the password of a person. Source: contract.md "Settings" (_IMAP_URL,
_MASTER_USER, _MASTER_PASSWORD, _MASTER_FORMAT).
"""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import urlsplit

from backoffice.i18n import N_
from backoffice.ports import imap
from backoffice.ports.imap import Address, BadAddressError, BadCertificateError, Entry, ImapDownError
from backoffice.ports.transport import NOT_REACHED, TransportError
from backoffice.settings import Settings

BAD_URL = N_("%(setting)s is neither imaps://… nor imap:// to this machine.")
BAD_CERTIFICATE = N_("The certificate of %(host)s is not accepted; no password was sent.")
NO_PLAIN = N_("The mail server %(host)s does not offer AUTH=PLAIN, so no password can be tried there.")
WRONG_MASTER = N_("The mail server %(host)s does not let its master user in.")
_INBOX = "INBOX"
Which = Literal["old_imap", "new_imap"]
# Server -> the setting that says how fast mail is read there, or stored.
RATES: dict[Which, str] = {"old_imap": "old_bytes_per_second", "new_imap": "new_bytes_per_second"}


@dataclass(frozen=True)
class MailServer:
    """One of the two; ``which`` is how the names of its settings begin. ``rate``: bytes a second, 0 for any speed."""

    which: Which
    address: Address
    master: str = ""
    password: str = field(default="", repr=False)
    form: str = ""
    rate: int = 0

    @classmethod
    def of(cls, which: Which, settings: Settings) -> Self:
        """Give a server as the settings have it."""
        url, ca_file, master, password, form = (
            getattr(settings, f"{which}_{name}")
            for name in ("url", "ca_file", "master_user", "master_password", "master_format")
        )
        rate: int = getattr(settings.mail_move, RATES[which])
        return cls(which, Address(url, ca_file), master, password.get_secret_value(), form, rate)

    @property
    def has_master(self) -> bool:
        """Whether address, master user and its password are known."""
        return bool(self.address.url and self.master and self.password)

    @property
    def host(self) -> str:
        return urlsplit(self.address.url).hostname or ""

    def has_mailbox(self, username: str) -> bool:
        """Say whether this user has a mailbox that opens. Raises TransportError where nobody can tell."""
        if not imap.is_user(username):
            return False
        entry = self._enter(username)
        if entry is Entry.WRONG:
            # Some servers say the same of a user they do not know and of a wrong master password.
            self.probe()
        return entry is Entry.IN

    def probe(self) -> None:
        """Let the master user into its own mailbox, which proves the password. Raises TransportError."""
        if self._enter(self.master) is Entry.WRONG:
            raise TransportError(WRONG_MASTER, {"host": self.host})

    def greet(self) -> None:
        """Connect, and see whether passwords can be tried; none is sent. Raises TransportError."""
        with self._connected() as connection:
            if "AUTH=PLAIN" not in connection.capabilities:
                raise TransportError(NO_PLAIN, {"host": self.host})

    def _enter(self, username: str) -> Entry:
        with self._connected() as connection:
            login = self.form.format(user=username, master=self.master)
            entry = imap.enter(connection, login, self.password)
            if entry is Entry.IN and connection.select(_INBOX, readonly=True)[0] != "OK":
                raise ImapDownError(_INBOX)
            return entry

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        try:
            with imap.connected(self.address) as connection:
                yield connection
        except BadAddressError:
            raise TransportError(BAD_URL, {"setting": f"{self.which}_url".upper()}) from None
        except BadCertificateError:
            raise TransportError(BAD_CERTIFICATE, {"host": self.host}) from None
        except ImapDownError:
            raise TransportError(NOT_REACHED, {"host": self.host}) from None
