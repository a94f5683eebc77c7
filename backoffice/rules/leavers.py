"""What happens to the account of somebody whose employment ended.

Source: reconciliation.md, situation LEAVER.
"""

from collections.abc import Mapping

KEEP = "keep"
ANY = "any"
DEFAULT_DAYS = 3
DEFAULTS: dict[str, int | str] = {
    "faculty.retired": KEEP,
    "personnel.retired": 90,
    "student.graduated": 365,
    "contractor.any": DEFAULT_DAYS,
    "any.transferred": 30,
    "any.other": DEFAULT_DAYS,
}


def grace_days(policy: Mapping[str, int | str], person_kind: str, status_word: str) -> int | None:
    """Give the days an account stays after the end, None where it is kept for good.

    The person type decides before the status word; ``[policy.leaver]`` before the defaults.
    """
    table = {**DEFAULTS, **policy}
    for key in (f"{person_kind}.{status_word}", f"{person_kind}.{ANY}", f"{ANY}.{status_word}", f"{ANY}.other"):
        if key in table:
            days = table[key]
            return None if days == KEEP else int(days)
    return DEFAULT_DAYS
