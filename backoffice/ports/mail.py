"""Mail: the port and the choice of its adapter by SMTP_URL."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backoffice.ports import outbox_file
from backoffice.ports.mail_smtp import SmtpMail
from backoffice.ports.transport import Mail
from backoffice.settings import Settings

FILE = "mail.jsonl"
TO_FILE = "file"


class MailPort(Protocol):
    """A way for mail to leave."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises TransportError."""

    def probe(self) -> None:
        """See whether the server lets us in; no mail leaves. Raises TransportError."""


@dataclass(frozen=True)
class FileMail:
    """Writes mail to a file; that counts as delivered."""

    path: Path

    def send(self, mail: Mail) -> None:
        """Append the mail once. Raises TransportError where the file cannot be written."""
        shown = {"html": mail.html, "pictures": list(mail.pictures)} if mail.html else {}
        kept = {"to": mail.to, "subject": mail.subject, "text": mail.text, **shown}
        outbox_file.append(self.path, kept, mail.tried_since)

    def probe(self) -> None:
        """Do nothing: a file is reached by writing."""


def open_mail(settings: Settings) -> MailPort:
    """Give the way of the settings; nothing is contacted before the first mail."""
    if settings.smtp_url.get_secret_value() == TO_FILE:
        return FileMail(settings.instance / "outbox" / FILE)
    return SmtpMail.of(settings)
