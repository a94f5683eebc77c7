"""What whoever makes mailboxes is told."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NewMailbox:
    """Whose mailbox it is: the user name, and PERMANENT_FIELDS of the account. Nothing secret."""

    username: str
    fields: Mapping[str, str]
