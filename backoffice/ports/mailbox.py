"""Trying a mailbox password at the old mail server, by IMAP: at the host of OLD_IMAP_URL only. Source: mission S21."""

from backoffice.i18n import N_
from backoffice.ports import bulkhead, imap
from backoffice.ports.imap import Address, BadAddressError, Entry, ImapDownError
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

DOWN = N_(
    "The old mail server does not answer, so the password could not be tried. This does not mean that it is wrong; "
    "please try again shortly."
)
NO_SERVER = N_("Mailboxes of the old server cannot be brought along at the moment.")


class MailboxDownError(RefusedError):
    """The server could not say whether the password is right: an outage, never a wrong password (mission S42)."""


def opens(user: str, password: str, settings: Settings) -> bool:
    """Say whether a password opens a mailbox of the old server. Raises MailboxDownError."""
    address = Address(settings.old_imap_url, settings.old_imap_ca_file)
    if not address.url:
        raise MailboxDownError(NO_SERVER)
    if not imap.is_password(password) or not imap.is_user(user):
        return False
    try:
        with bulkhead.place(bulkhead.OLD_MAIL), imap.connected(address) as connection:
            return imap.enter(connection, user, password) is Entry.IN
    except BadAddressError as fault:
        raise MailboxDownError(NO_SERVER) from fault
    except (ImapDownError, bulkhead.FullError) as fault:
        raise MailboxDownError(DOWN) from fault
