"""What the desk can decide about a refused registration, by why it was refused. Source: mission §6, issue "desk"."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from backoffice.i18n import N_
from backoffice.rules import identity_causes as c


class Act(StrEnum):
    """The decisions, in the order in which they are offered. The values are stored as verdicts."""

    HR_RIGHT = "hr_right"
    CORRECT = "correct"
    ACCEPT = "accept"
    LINK = "link"
    TO_HR = "to_hr"
    ASK = "ask"
    REFUSE = "refuse"


# Differences that a person may answer for; an exception makes exactly these pass.
ACCEPTABLE = frozenset({c.NAME_DIFFERS, c.FATHER_DIFFERS, c.BIRTHDATE_DIFFERS})
_MISTYPED = ACCEPTABLE | {c.NC_NOT_IN_HR, c.CIVIL_DIFFERS}
_EXISTING = frozenset({c.EXISTS_STAFF, c.EXISTS_STUDENT, c.EXISTS_ORPHAN})
# What a new file of HR can mend, so that the case closes by itself.
FOR_HR = ACCEPTABLE | {c.NC_NOT_IN_HR, c.DUPLICATE_IN_HR, c.HR_INACTIVE}

REFUSALS = ("not_employed", "not_proved", "has_account", "other")
ACCEPTANCES = ("documents", "hr_said", "spelling", "other")
OTHER = "other"
REASON_WORDS: dict[str, str] = {
    "documents": N_("Documents were seen"), "hr_said": N_("HR confirmed it"),
    "spelling": N_("Only the spelling differs"),
    "not_employed": N_("Does not work here"), "not_proved": N_("The identity was not proved"),
    "has_account": N_("Has an account already"), OTHER: N_("Other (in the note)"),
}  # fmt: skip
# Days for which an exception can be given, the usual one first. Source: reconciliation.md, OVERRIDDEN.
EXCEPTION_DAYS = (30, 7, 60)


def refusing(causes: Collection[str]) -> frozenset[str]:
    """Give the causes that refuse."""
    return frozenset(causes) - c.PASSING


def near_rows(evidence: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give hints that name a row of HR with another code, which may be the person's; each code once."""
    rows = {hint["national_code"]: hint for hint in evidence.get("hints") or [] if hint.get("national_code")}
    return list(rows.values())


def offered(
    causes: Collection[str], *, has_entry: bool, has_hr: bool, has_contact: bool, is_holder: bool = False
) -> tuple[Act, ...]:
    """Give what can be decided.

    ``is_holder``: it is somebody with an account whose data no longer agree, not somebody who wants one.

    ``has_entry``: the directory has an account with the code; ``has_hr``: HR has a row; ``has_contact``: the person
    left a mobile that a code proved, without which nobody can be asked.
    """
    why = refusing(causes)
    if is_holder:
        agreed = has_hr and why <= ACCEPTABLE
        allowed = {Act.HR_RIGHT: agreed, Act.TO_HR: True, Act.ASK: has_contact, Act.REFUSE: True}
        return tuple(act for act in Act if allowed.get(act))
    possible = {
        Act.HR_RIGHT: False,
        Act.CORRECT: bool(why & _MISTYPED),
        Act.ACCEPT: bool(why) and why <= ACCEPTABLE,
        Act.LINK: bool(why & _EXISTING) and has_entry and has_hr,
        Act.TO_HR: bool(why & FOR_HR),
        Act.ASK: has_contact,
        Act.REFUSE: True,
    }
    return tuple(act for act in Act if possible[act])
