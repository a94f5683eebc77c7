"""What every way of sending a message has in common: the message itself and the one error.

Source: style.md, model 1 (one error type that says whether retrying helps); reliability.md §3.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

SECONDS = 10.0
NOT_REACHED = N_("%(host)s cannot be reached.")
BAD_TLS = N_("The certificate of %(host)s is not accepted; nothing was sent.")
NO_ANSWER = N_("%(host)s took the message but its answer was lost; it may have been sent.")


class TransportError(RefusedError):
    """A message was not, or perhaps not, handed over; one plain sentence without secrets.

    ``permanent``: this message will never be taken, the next one may be. ``put_off``: not this one at the moment.
    ``unknown``: it was sent, but the answer was lost; it may have arrived. None of these: nothing was handed over, for
    a reason that is not the message's, so no other one gets through either.
    """

    def __init__(
        self,
        message: str,
        values: Mapping[str, Any] | None = None,
        *,
        permanent: bool = False,
        put_off: bool = False,
        unknown: bool = False,
    ) -> None:
        super().__init__(message, values)
        self.permanent, self.put_off, self.unknown = permanent, put_off, unknown


@dataclass(frozen=True)
class Sms:
    """One text message. ``key``: 16 hex digits that stay the same however often it is sent.

    ``tried_since``: from when on it was perhaps handed over already, None before the first try.
    """

    to: str
    template: str
    params: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    key: str
    tried_since: dt.datetime | None = None


@dataclass(frozen=True)
class Mail:
    """One mail. ``key`` and ``tried_since`` as above.

    ``html``: the same for programs that show it, "" for none; ``pictures``: name (its ``cid``) -> PNG shown in it.
    """

    to: str
    subject: str
    text: str = field(repr=False)
    key: str
    html: str = field(default="", repr=False)
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    tried_since: dt.datetime | None = None
