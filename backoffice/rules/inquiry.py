"""What an outside service answers about a person: matched, not matched, invalid input, or nothing at all.

Source: mission.md §7 "Mobile owner", S8, S42.
"""

from enum import StrEnum


class Answer(StrEnum):
    """The class of an answer. ``UNAVAILABLE`` says nothing about the person: it is never a mismatch."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
