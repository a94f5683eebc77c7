"""When held rows count as released: by one person or by two, and for how long.

Source: reconciliation.md "Actions and limits"; reliability.md §2 ("O abuses power").
"""

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backoffice.rules import situations as s

VALID = dt.timedelta(hours=24)
TWO_PEOPLE = frozenset({s.DISABLE})


@dataclass(frozen=True)
class Signature:
    """One person's word for a held row."""

    by: str
    at: dt.datetime
    reason: str = ""

    @property
    def until(self) -> dt.datetime:
        """When it ceases to count."""
        return self.at + VALID


class Standing(StrEnum):
    """How far a held row is."""

    HELD = "held"
    WAITING = "waiting"
    RELEASED = "released"


def standing_of(
    kind: str, signatures: Sequence[Signature], barred: Container[str], now: dt.datetime
) -> tuple[Standing, str]:
    """Give how far a held row of this kind is, and the first of two people ("" where none is waited for).

    ``signatures``: the oldest first; each counts for 24 hours. ``barred``: who cannot be the second person.
    """
    valid = [signature.by for signature in signatures if is_valid(signature.at, now)]
    if not valid:
        return Standing.HELD, ""
    first, *others = valid
    if kind not in TWO_PEOPLE or any(name != first and name not in barred for name in others):
        return Standing.RELEASED, ""
    return Standing.WAITING, first


def is_valid(at: dt.datetime, now: dt.datetime) -> bool:
    """Say whether a word given then still counts."""
    return now - at < VALID
