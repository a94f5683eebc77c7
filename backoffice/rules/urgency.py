"""Which situations a person should look at first.

Source: mission §5 and interface.md "Home is a work list"; reconciliation.md "Situations" (severe, case, alarm).
"""

from enum import IntEnum

from backoffice.rules import situations as s


class Urgency(IntEnum):
    """How soon somebody should look, the soonest first."""

    SEVERE = 0
    DECIDE = 1
    MEND = 2
    KNOW = 3
    QUIET = 4


# Within one urgency the order is the order here.
_TABLE: dict[Urgency, tuple[str, ...]] = {
    Urgency.SEVERE: (s.DECEASED, s.COLLISION, s.AMBIGUOUS, s.TWO_ACCOUNTS, s.TARGET_GONE),
    Urgency.DECIDE: (s.NAME_CONFLICT, s.ID_CHANGED, s.REVIEW, s.LEAVER, s.MISSING, s.ORPHAN),
    Urgency.MEND: (s.ROW_CONFLICT, s.UNKNOWN_STATUS, s.ROW_QUARANTINED),
    Urgency.KNOW: (
        s.OVERRIDDEN,
        s.REHIRE,
        s.DRIFT,
        s.FOUND,
        s.ON_LEAVE,
        s.NOT_REGISTERED,
        s.UNCORRELATED,
        s.TEMP_NO_HR,
        s.TEMP_HR_INACTIVE,
        s.TEMP_READY,
        s.TEMP_IDLE,
    ),
    Urgency.QUIET: (s.CONFIRMED, s.DISABLED, s.PROTECTED, s.NOT_ENTITLED, s.OUT_OF_SCOPE),
}
BY_URGENCY: tuple[str, ...] = tuple(code for codes in _TABLE.values() for code in codes)
_URGENCY_OF = {code: urgency for urgency, codes in _TABLE.items() for code in codes}
_RANK = {code: rank for rank, code in enumerate(BY_URGENCY)}


def urgency_of(situation: str) -> Urgency:
    """Give how soon somebody should look at a situation; one we do not know is to be decided."""
    return _URGENCY_OF.get(situation, Urgency.DECIDE)


def rank_of(situation: str) -> int:
    """Give the place of a situation in a work list, 0 first; one we do not know comes last."""
    return _RANK.get(situation, len(_RANK))
