"""The names of the figures of the statistics page: counts by Jalali month and group.

A group is one value of one dimension, never of two, so that nobody is found where groups cross. A step that is not of
registrations begins with its family and a colon. Source: interface.md "Managers".
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

ALL, UNIT, EMPLOYMENT, PERSON = "all", "unit", "employment_type", "person_type"
GROUPS = (UNIT, EMPLOYMENT, PERSON)
REGISTRATIONS, CAUSES, ENDS = "registrations", "causes", "ends"
CASES, TEMPORARIES, MAIL, REMINDERS = "cases", "temporaries", "mail", "reminders"
# What is counted as it is now has no month.
OF_NOW, NOW = (CASES, TEMPORARIES, MAIL), 0
STARTED = "started"
IDENTITY, MOBILE, TEMPORARY, REQUESTED = "identity", "mobile", "temporary", "requested"
APPROVED, PERMANENT, MOVED = "approved", "permanent", "moved"
STEPS = (STARTED, IDENTITY, MOBILE, TEMPORARY, REQUESTED, APPROVED, PERMANENT, MOVED)
COVERAGE_DAYS = (1, 7, 30)
EXPIRED = f"{ENDS}:expired"
# Of those who were reminded, how many asked for the permanent account within so many days.
REMINDER_DAYS = (3, 7, 14)
REMINDED = f"{REMINDERS}:reminded"
# The count that says how many people a stretch is about; of other families each count does.
BASES = {REGISTRATIONS: STARTED, REMINDERS: REMINDED}
TOTAL, MAIL_DONE = "total", f"{MAIL}:done"


def ripe(days: int) -> str:
    """Name the count of those who began so many days ago or more."""
    return f"ripe_{days}"


def covered(days: int) -> str:
    """Name the count of those among them whose permanent account was there within so many days."""
    return f"covered_{days}"


def reminded(days: int) -> str:
    """Name the count of those who were first reminded so many days ago or more."""
    return f"{REMINDERS}:ripe_{days}"


def acted(days: int) -> str:
    """Name the count of those among them who asked for the permanent account within so many days."""
    return f"{REMINDERS}:acted_{days}"


def step_of(family: str, name: str) -> str:
    """Name one of the counts of a family: a cause, an age, a state."""
    return f"{family}:{name}"


def family_of(step: str) -> str:
    """Give the family of a step."""
    return step.partition(":")[0] if ":" in step else REGISTRATIONS


def name_of(step: str) -> str:
    """Give the name of a step within its family."""
    return step.rpartition(":")[2]


@dataclass
class Tally:
    """A count, and how long the step took: rounded seconds -> how many."""

    count: int = 0
    times: Counter[int] = field(default_factory=Counter)


class Key(NamedTuple):
    """What is counted: a step, in a month, in a group."""

    dimension: str
    value: str
    month: int
    step: str


Tallies = Mapping[Key, Tally]
