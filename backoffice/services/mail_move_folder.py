"""The folder that is being moved: open at both servers, with the numbers the ledger has of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from backoffice.ports.imap_answers import Described
from backoffice.ports.imap_session import Session
from backoffice.services.mail_move_ledger import Holder
from backoffice.services.mail_move_portions import portions
from backoffice.settings.services import MailMoveSettings


@dataclass
class OpenFolder:
    """One folder of a move; ``validity``, ``fence`` and ``target_validity`` as in models.MoveFolder."""

    old: Session
    new: Session
    holder: Holder
    settings: MailMoveSettings
    id: int
    name: str
    target: str
    validity: int
    fence: int
    target_validity: int

    def batches(self, described: Sequence[Described], alone: Collection[int] = ()) -> Iterator[list[Described]]:
        """Cut messages into portions of one command; the UIDs ``alone`` are a portion each."""
        return portions(described, self.settings, lambda one: one.uid in alone)

    def keep_lease(self) -> None:
        """Renew the lease of the move. Raises StoppedError."""
        with self.holder.writing():
            pass
