"""The old mailbox somebody wants to bring along: its name, and its password tried at the old server at once.

Source: mission S20, S21; issue "From temporary to permanent" 3.
"""

import re
from dataclasses import dataclass, field

from backoffice.i18n import N_
from backoffice.ports import mailbox
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, InvalidFieldsError
from backoffice.services import throttle
from backoffice.settings import Settings

WRONG_PASSWORD = N_("User name and password do not open a mailbox of the old server.")
BAD_MAILBOX = N_("This is no mailbox of the university.")
_MAILBOX = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_LONGEST_PASSWORD = 255


@dataclass(frozen=True)
class Tried:
    """A password somebody tries: ``name`` of the mailbox, the account of the person, and where from."""

    name: str
    password: str = field(repr=False)
    account_id: int
    address: str


def can_try(settings: Settings) -> bool:
    """Say whether there is an old server to try a password at; without one nobody asks for it, and IT looks."""
    return bool(settings.old_imap_url)


def name_of(typed: str, settings: Settings) -> str:
    """Give the name out of what was typed: a name, or an address of the university's own domains.

    Raises InvalidFieldsError.
    """
    name, _, domain = typed.strip().lower().partition("@")
    if not name:
        raise InvalidFieldsError({"mailbox": RefusedError(EMPTY)})
    if not _MAILBOX.fullmatch(name) or (domain and domain not in settings.university_domains):
        raise InvalidFieldsError({"mailbox": RefusedError(BAD_MAILBOX)})
    return name


def proved(tried: Tried, settings: Settings) -> str:
    """Try the mailbox at its server; give the password. Raises InvalidFieldsError, MailboxDownError, TooManyTriesError.

    An outage is no try.
    """
    if not tried.password:
        raise InvalidFieldsError({"mailbox_password": RefusedError(EMPTY)})
    key, password = f"mailbox:{tried.account_id}", tried.password[:_LONGEST_PASSWORD]
    throttle.count_try(key, tried.address)
    try:
        is_right = mailbox.opens(tried.name, password, settings)
    except mailbox.MailboxDownError:
        throttle.give_back(key, tried.address)
        raise
    if not is_right:
        raise InvalidFieldsError({"mailbox_password": RefusedError(WRONG_PASSWORD)})
    throttle.succeeded(key, tried.address)
    return password
