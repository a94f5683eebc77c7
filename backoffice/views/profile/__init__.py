"""The pages of people who have an account, one page a file. Source: mission §2; contract.md "Pages"."""

from backoffice.views.profile import correction, extension, home, login, mailbox, password, permanent, recover, sync
from backoffice.views.profile.room import blueprint

__all__ = [
    "blueprint",
    "correction",
    "extension",
    "home",
    "login",
    "mailbox",
    "password",
    "permanent",
    "recover",
    "sync",
]
