"""Making mailboxes at the new mail server. Source: contract.md MAILBOX_PROVIDER."""

from typing import Protocol

from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.mailbox_provider_command import CommandProvider
from backoffice.ports.mailbox_provider_doveadm import DoveadmProvider
from backoffice.settings import Settings

MANUAL = "manual"


class MailboxProvider(Protocol):
    """Who makes mailboxes. To make one that is there already is no fault."""

    def create(self, wanted: NewMailbox) -> None:
        """Make a mailbox.

        Raises TransportError: ``permanent``, it will never be made so; ``put_off``, this one not yet; ``unknown``, it
        may have been made; otherwise none can be made at the moment.
        """

    def probe(self) -> None:
        """Find out without making any whether mailboxes could be made. Raises TransportError."""


def open_provider(settings: Settings) -> MailboxProvider | None:
    """Give who makes mailboxes, None where people do."""
    if settings.mailbox_provider == "doveadm":
        return DoveadmProvider(settings.mailbox_doveadm, settings.mailbox_seconds)
    if settings.mailbox_provider == "command":
        return CommandProvider(settings.mailbox_command, settings.mailbox_seconds)
    return None
