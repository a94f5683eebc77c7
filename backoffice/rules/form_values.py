"""Reading the fields of a form without trusting them: each once, short, and each fault beside its field."""

from collections.abc import Callable, Mapping, Sequence

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

Sent = Mapping[str, Sequence[str]]
Parser = Callable[[str], str]
LONGEST = 255
EMPTY = N_("Please fill in this field.")
DOUBLED = N_("This field was sent more than once. Please reload the page and fill it in again.")
TOO_LONG = N_("This is too long.")
NOT_FILLED = N_("Please mend what is marked below.")


class InvalidFieldsError(RefusedError):
    """Fields of a form were refused; ``faults`` gives the reason for each by its name."""

    def __init__(self, faults: Mapping[str, RefusedError]) -> None:
        super().__init__(NOT_FILLED)
        self.faults = dict(faults)


def read(parsers: Mapping[str, Parser], sent: Sent) -> dict[str, str]:
    """Give what the parsers make of the fields. Raises InvalidFieldsError with all faults at once."""
    values: dict[str, str] = {}
    faults: dict[str, RefusedError] = {}
    for name, parse in parsers.items():
        try:
            values[name] = parse(only(sent.get(name, ())))
        except RefusedError as fault:
            faults[name] = fault
    if faults:
        raise InvalidFieldsError(faults)
    return values


def only(values: Sequence[str]) -> str:
    """Give the one value of a field, "" for a field that is not there. Raises RefusedError for a doubled one."""
    if len(values) > 1:
        raise RefusedError(DOUBLED)
    return values[0] if values else ""


def typed(names: Sequence[str], sent: Sent) -> dict[str, str]:
    """Give what stood in these fields, as it was typed, to be shown again or kept; cut where it is far too long."""
    return {name: next(iter(sent.get(name, ())), "")[:LONGEST] for name in names}


def short(value: str) -> str:
    """Give the value. Raises RefusedError where it is empty or longer than 255 signs."""
    if not value.strip():
        raise RefusedError(EMPTY)
    if len(value) > LONGEST:
        raise RefusedError(TOO_LONG)
    return value
