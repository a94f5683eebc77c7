"""Mobile numbers in their one form, 09 and nine more digits. Source: mission.md §7 "Mobile", S34."""

import re

from backoffice.rules.text import fold_digits

_NOISE = re.compile("[\\s\\-().\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_WRITTEN = re.compile(r"(?:\+98|0098|98|0)?(9[0-9]{9})", re.ASCII)


def canonical(written: str) -> str | None:
    """Give ``09xxxxxxxxx`` for +98, 0098, 98, 09 or a bare 9 in front; None for what is no mobile."""
    match = _WRITTEN.fullmatch(_NOISE.sub("", fold_digits(written)))
    return f"0{match[1]}" if match else None
