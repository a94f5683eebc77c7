"""What a person type is called in the directory. Source: eduPerson (eduPersonAffiliation); mission S1."""

_WORDS = {
    "personnel": "staff", "faculty": "faculty", "student": "student", "contractor": "affiliate", "retired": "affiliate",
    "admitted": "affiliate", "foreign": "affiliate",
}  # fmt: skip


PERSONNEL = "personnel"


def type_of(person_kind: str) -> str:
    """Give a person type; who is of no known type is personnel."""
    return person_kind if person_kind in _WORDS else PERSONNEL


def affiliation_of(person_kind: str) -> str:
    """Give the affiliation of a person type; who is of no known type is staff."""
    return _WORDS[type_of(person_kind)]
