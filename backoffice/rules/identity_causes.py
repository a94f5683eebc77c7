"""The cause codes behind the one sentence of refusal, in the order in which the first that holds counts.

Source: mission.md §6; contract.md "cases list".
"""

NC_INVALID, NC_NOT_IN_HR, NC_LOST_ZEROS, NAME_SPELLING = "NC_INVALID", "NC_NOT_IN_HR", "NC_LOST_ZEROS", "NAME_SPELLING"
NAME_DIFFERS, FATHER_DIFFERS, BIRTHDATE_DIFFERS = "NAME_DIFFERS", "FATHER_DIFFERS", "BIRTHDATE_DIFFERS"
CIVIL_DIFFERS = "CIVIL_DIFFERS"
EXISTS_TEMPORARY, EXISTS_EXPIRED, EXISTS_STAFF = "EXISTS_TEMPORARY", "EXISTS_EXPIRED", "EXISTS_STAFF"
EXISTS_STUDENT, EXISTS_ORPHAN = "EXISTS_STUDENT", "EXISTS_ORPHAN"
DUPLICATE_IN_HR, HR_INACTIVE, FOREIGN_ID, SERVICE_DOWN = "DUPLICATE_IN_HR", "HR_INACTIVE", "FOREIGN_ID", "SERVICE_DOWN"

ORDER = (
    NC_INVALID, NC_NOT_IN_HR, NC_LOST_ZEROS, NAME_SPELLING, NAME_DIFFERS, FATHER_DIFFERS, BIRTHDATE_DIFFERS,
    CIVIL_DIFFERS, EXISTS_TEMPORARY, EXISTS_EXPIRED, EXISTS_STAFF, EXISTS_STUDENT, EXISTS_ORPHAN, DUPLICATE_IN_HR,
    HR_INACTIVE, FOREIGN_ID, SERVICE_DOWN,
)  # fmt: skip
# Noted, but no reason to refuse.
PASSING = frozenset({NC_LOST_ZEROS, NAME_SPELLING})
# Says nothing about the person: tried again later, never a refusal.
LATER = frozenset({SERVICE_DOWN})


def in_order(causes: set[str]) -> tuple[str, ...]:
    """Give causes with the one that counts first."""
    return tuple(cause for cause in ORDER if cause in causes)
