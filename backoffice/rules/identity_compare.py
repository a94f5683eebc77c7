"""How a claim and HR's rows agree, field by field.

Source: mission.md §6; reconciliation.md "Identity and folding" and principle 9 (absent is not different).
"""

from collections.abc import Sequence

from backoffice.rules import fields
from backoffice.rules.identity_evidence import Claim, HrFact
from backoffice.rules.national_code import normalise
from backoffice.rules.text import equal_n3, n2

EQUAL, SPELLING, DIFFERS, ABSENT = "equal", "spelling", "differs", "absent"
COMPARED = (
    fields.FIRST_NAME, fields.LAST_NAME, fields.FATHER_NAME, fields.BIRTH_DATE, fields.PERSONNEL_NUMBER,
)  # fmt: skip
_BEST_FIRST = (EQUAL, SPELLING, DIFFERS, ABSENT)


def compare(claim: Claim, facts: Sequence[HrFact]) -> dict[str, str]:
    """Give for each compared field EQUAL, SPELLING (equal after folding), DIFFERS, or ABSENT (HR does not say).

    With several rows the one that agrees best counts, field by field; rows that contradict each other on name or
    birth date are refused for that anyway.
    """
    rows = [_one(claim, fact) for fact in facts]
    return {name: min((row[name] for row in rows), key=_BEST_FIRST.index, default=ABSENT) for name in COMPARED}


def name_level(typed: str, held: str) -> str:
    """Compare two names: literally, then at N2, then without titles (N3)."""
    if not held:
        return ABSENT
    if typed == held:
        return EQUAL
    key = n2(typed)
    return SPELLING if key and (key == n2(held) or equal_n3(typed, held)) else DIFFERS


def _one(claim: Claim, fact: HrFact) -> dict[str, str]:
    first, last = _names(claim, fact)
    number = normalise(fact.value(fields.PERSONNEL_NUMBER))
    return {
        fields.FIRST_NAME: first,
        fields.LAST_NAME: last,
        fields.FATHER_NAME: name_level(claim.father_name, fact.value(fields.FATHER_NAME)),
        fields.BIRTH_DATE: _exact(claim.birth_date, fact.value(fields.BIRTH_DATE)),
        fields.PERSONNEL_NUMBER: _exact(claim.personnel_number, number) if claim.personnel_number else ABSENT,
    }


def _names(claim: Claim, fact: HrFact) -> tuple[str, str]:
    """Compare part by part; what stands on the other side of the space between the parts is no difference."""
    first, last = fact.value(fields.FIRST_NAME), fact.value(fields.LAST_NAME)
    whole = name_level(f"{claim.first_name} {claim.last_name}".strip(), fact.whole_name)
    if not n2(claim.first_name) or not n2(claim.last_name):
        return DIFFERS, DIFFERS
    if not first or not last:
        return whole, whole
    parts = name_level(claim.first_name, first), name_level(claim.last_name, last)
    return (SPELLING, SPELLING) if DIFFERS in parts and whole != DIFFERS else parts


def _exact(typed: str, held: str) -> str:
    if not held:
        return ABSENT
    return EQUAL if typed == held else DIFFERS
