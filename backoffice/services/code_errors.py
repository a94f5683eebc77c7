"""What can be wrong with a code somebody types, or with asking for one. Source: glossary.md, contract.md "Details"."""

import datetime as dt

from backoffice import clock
from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

MALFORMED = N_("The code has six digits. Please enter all of them.")
WRONG = N_("The code is not right; you can try %(tries)d more times.")
WRONG_AND_LAST = N_("The code is not right and cannot be tried again; ask for a new one.")
EXPIRED = N_("The time of this code is over; ask for a new one.")
TOO_SOON = N_("A new code can be asked for in %(seconds)d seconds.")


class CodeError(RefusedError):
    """A code was not accepted."""


class MalformedCodeError(CodeError):
    """Not six digits; that is no try."""

    def __init__(self) -> None:
        super().__init__(MALFORMED)


class WrongCodeError(CodeError):
    """Another code than the one that was sent; ``tries_left`` of it."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(WRONG if tries_left else WRONG_AND_LAST, {"tries": tries_left})
        self.tries_left = tries_left


class ExpiredCodeError(CodeError):
    """The code is too old, was used, or there is none."""

    def __init__(self) -> None:
        super().__init__(EXPIRED)


class TooSoonError(CodeError):
    """A code was sent a moment ago; ``until`` says when the next one can be."""

    def __init__(self, until: dt.datetime) -> None:
        left = -(-(until - clock.now()) // dt.timedelta(seconds=1))
        super().__init__(TOO_SOON, {"seconds": max(1, left)})
        self.until = until
