"""Making mailboxes with Dovecot's command line tool. Source: doveadm-mailbox(1), sysexits(3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.ports import programs
from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.transport import TransportError

UNKNOWN_USER = N_("The new mail server does not know the user %(username)s yet.")
REFUSED = N_("doveadm ended with status %(status)d: «%(said)s».")
_DONE, _THERE_ALREADY, _NO_USER, _LATER = 0, 65, 67, 75
# Nobody has this name: it is asked about to see whether the tool works.
_NOBODY = "no-such-user.probe"


@dataclass(frozen=True)
class DoveadmProvider:
    """``base``: the tool with what stands before its own arguments, such as ``ssh mail doveadm``."""

    base: Sequence[str]
    seconds: float

    def create(self, wanted: NewMailbox) -> None:
        """Make the inbox of a user the server knows. Raises TransportError."""
        status, said = self._run("mailbox", "create", "-u", wanted.username, "INBOX")
        if status in (_DONE, _THERE_ALREADY):
            return
        if status == _NO_USER:
            raise TransportError(UNKNOWN_USER, {"username": wanted.username}, put_off=True)
        raise TransportError(REFUSED, {"status": status, "said": said}, permanent=status != _LATER)

    def probe(self) -> None:
        """List the mailboxes of somebody who does not exist. Raises TransportError."""
        status, said = self._run("mailbox", "list", "-u", _NOBODY)
        if status not in (_DONE, _NO_USER):
            raise TransportError(REFUSED, {"status": status, "said": said})

    def _run(self, *arguments: str) -> tuple[int, str]:
        ended = programs.run([*self.base, *arguments], self.seconds)
        return ended.status, ended.said
