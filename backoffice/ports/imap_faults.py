"""What can be the matter with a mail server during a move, each with what it means for the message and the move."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientError

from backoffice.i18n import N_
from backoffice.ports import imap_answers
from backoffice.ports.transport import TransportError

WRONG_LOGIN = N_("The mail server %(host)s does not accept the user name and password.")
OVER_QUOTA = N_("The mailbox at %(host)s is full.")
CUT_OFF = N_("The connection to %(host)s broke off, or it did not answer in time.")
NONSENSE = N_("What %(host)s answers cannot be understood.")
TOO_MANY_FOLDERS = N_("%(host)s lists more than %(number)d folders; so many are not moved.")
REFUSED = N_("%(host)s refused it: %(said)s")


class LoginRefusedError(TransportError):
    """User name and password are not accepted."""


class OverQuotaError(TransportError):
    """There is no more room; nothing of the command was stored."""


class CommandRefusedError(TransportError):
    """The server answered NO: nothing was done, and the next command may be taken."""


class LostConnectionError(TransportError):
    """The connection is gone; whether the last command was carried out nobody knows."""


@contextmanager
def named_faults(host: str) -> Iterator[None]:
    """Turn what imaplib, imapclient and the socket raise into the faults above."""
    try:
        yield
    except (imaplib.IMAP4.abort, OSError):
        raise LostConnectionError(CUT_OFF, {"host": host}, unknown=True) from None
    except (imaplib.IMAP4.error, IMAPClientError) as fault:
        said = imap_answers.words(str(fault).encode())
        raise CommandRefusedError(REFUSED, {"host": host, "said": said}, permanent=True) from None
    except (ValueError, TypeError, LookupError, AssertionError, RecursionError):
        # A server may say anything; imapclient and imaplib expect sense.
        raise LostConnectionError(NONSENSE, {"host": host}, unknown=True) from None
