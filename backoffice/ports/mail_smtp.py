"""Mail through an SMTP server: ``smtps://``, ``smtp://`` with STARTTLS, plain only to this machine.

Source: RFC 5321 §4.2.1 (4yz later, 5yz never), RFC 5322 §3.6.4 (Message-ID), RFC 3834 (Auto-Submitted).
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from backoffice import clock
from backoffice.i18n import N_
from backoffice.ports.transport import BAD_TLS, NO_ANSWER, NOT_REACHED, SECONDS, Mail, TransportError
from backoffice.settings import Settings, is_loopback

BAD_URL = N_("SMTP_URL is neither «file» nor smtp://… or smtps://….")
NO_SENDER = N_("MAIL_FROM is not set; without it no mail can be sent.")
BAD_ADDRESS = N_("This is no mail address.")
NO_TLS = N_("The mail server %(host)s offers no encryption; nothing was sent.")
WRONG_LOGIN = N_("The mail server %(host)s does not accept our login.")
REFUSED = N_("The mail server %(host)s does not accept the mail (%(code)d).")
NOT_NOW = N_("The mail server %(host)s does not take the mail at the moment (%(code)d).")
_PORTS = {"smtp": 25, "smtps": 465}
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)
_NEVER = 500
# The server closes, or wants another login. Source: RFC 5321 §4.2.2, RFC 4954 §6.
_ABOUT_US = frozenset({421, 530, 534, 535, 538})


@dataclass(frozen=True)
class SmtpMail:
    """A mail server. ``tls``: from the first byte; otherwise STARTTLS, except to this machine."""

    host: str
    port: int
    tls: bool
    is_near: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Give the server of SMTP_URL. Raises TransportError where it cannot be used."""
        url = urlsplit(settings.smtp_url.get_secret_value())
        try:
            port = url.port or _PORTS[url.scheme]
        except (KeyError, ValueError):
            raise TransportError(BAD_URL) from None
        if not url.hostname:
            raise TransportError(BAD_URL)
        if not _ADDRESS.fullmatch(settings.mail_from):
            raise TransportError(NO_SENDER)
        near = is_loopback(settings.smtp_url.get_secret_value())
        user, password = unquote(url.username or ""), unquote(url.password or "")
        return cls(url.hostname, port, url.scheme == "smtps", near, settings.mail_from, user, password)

    @property
    def domain(self) -> str:
        """The domain of the sender: our name in greetings and in numbers of mails."""
        return self.sender.rpartition("@")[2]

    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises TransportError."""
        if not _ADDRESS.fullmatch(mail.to):
            raise TransportError(BAD_ADDRESS, permanent=True)
        message = self._message(mail)
        with self._connected() as server:
            self._hand_over(server, message)

    def probe(self) -> None:
        """Log in and leave. Raises TransportError."""
        with self._connected():
            pass

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self.sender, mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{mail.key}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="base64")
        if mail.html:
            self._add_html(message, mail)
        return message

    def _add_html(self, message: EmailMessage, mail: Mail) -> None:
        message.add_alternative(mail.html, subtype="html", cte="base64")
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)
        for name, png in mail.pictures.items():
            html.add_related(png, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Give a session that may send; a failure up to here is no fault of the mail."""
        values = {"host": self.host}
        try:
            server = self._session()
        except ssl.SSLError:
            raise TransportError(BAD_TLS, values) from None
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
            raise TransportError(WRONG_LOGIN, values) from None
        except (OSError, smtplib.SMTPException):
            raise TransportError(NOT_REACHED, values) from None
        try:
            yield server
        finally:
            server.close()

    def _session(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self.host, self.port, self.domain, timeout=SECONDS, context=context)
            if self.tls
            else smtplib.SMTP(self.host, self.port, self.domain, timeout=SECONDS)
        )
        try:
            server.ehlo()
            if not self.tls and not self.is_near:
                self._encrypt(server, context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _encrypt(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if not server.has_extn("starttls"):
            raise TransportError(NO_TLS, {"host": self.host})
        server.starttls(context=context)
        server.ehlo()

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        except smtplib.SMTPRecipientsRefused as fault:
            raise self._refused(next(iter(fault.recipients.values()))[0]) from None
        except smtplib.SMTPResponseException as fault:
            raise self._refused(fault.smtp_code) from None
        except (OSError, smtplib.SMTPException):
            raise TransportError(NO_ANSWER, {"host": self.host}, unknown=True) from None

    def _refused(self, code: int) -> TransportError:
        ours = code in _ABOUT_US
        permanent = code >= _NEVER and not ours
        message, values = (REFUSED if permanent else NOT_NOW), {"host": self.host, "code": code}
        return TransportError(message, values, permanent=permanent, put_off=not permanent and not ours)
