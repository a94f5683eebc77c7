"""Making mailboxes with a program of the operator's, which reads one JSON object on its standard input."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.ports import programs
from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.transport import TransportError

REFUSED = N_("The mailbox program ended with status %(status)d: «%(said)s».")
_DONE, _LATER = 0, 75
# Ours alone: the mark of the operation in the directory.
_LEFT_OUT = frozenset({"operation"})


@dataclass(frozen=True)
class CommandProvider:
    """``words``: the program and its arguments, the same for everybody."""

    words: Sequence[str]
    seconds: float

    def create(self, wanted: NewMailbox) -> None:
        """Run the program with ``username`` and PERMANENT_FIELDS. Raises TransportError.

        Exit status 0: done; 75: later (sysexits EX_TEMPFAIL); any other: never, and why on standard error.
        """
        fields = {name: value for name, value in wanted.fields.items() if name not in _LEFT_OUT}
        given = json.dumps({**fields, "username": wanted.username}, ensure_ascii=False)
        ended = programs.run(self.words, self.seconds, given)
        if ended.status != _DONE:
            values = {"status": ended.status, "said": ended.said}
            raise TransportError(REFUSED, values, permanent=ended.status != _LATER)

    def probe(self) -> None:
        """See whether the program is there; it is not run. Raises TransportError."""
        programs.require(self.words)
