"""What may have gone wrong, as data for the desk. A hint never decides anything.

Each hint is a dict with ``hint`` and what belongs to it:

- CODE_ONE_DIGIT, CODE_SWAPPED: a row of HR whose code is one digit, or one swap of neighbours, away and whose name or
  birth date is near; SAME_NAME_AND_BIRTH: a row with another code. All three carry ``source``, ``national_code``,
  ``name``, ``birth_date``, ``personnel_number``.
- BIRTH_DAY_MONTH, BIRTH_CENTURY, BIRTH_GREGORIAN, BIRTH_ONE_DAY: how the dates differ, with ``typed``, ``hr`` (ISO).
- LOST_ZEROS: HR's code lost its leading zeros. NAMES_SWAPPED: first and last name are exchanged.
- ONE_EDIT: ``field`` is one slip of the pen away. STUDENT_ACCOUNT: ``username``, ``dn`` of a student's entry.

Source: mission.md §6, "what the desk sees" and "hint".
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from backoffice.rules import fields, jalali
from backoffice.rules.identity_compare import DIFFERS, compare
from backoffice.rules.identity_evidence import Claim, Evidence, HrFact
from backoffice.rules.identity_existing import is_student
from backoffice.rules.national_code import is_valid
from backoffice.rules.text import equal_n3, n2, one_edit

MOST = 5
_CODE_LENGTH = 10
Hint = dict[str, Any]


def hints_for(claim: Claim, evidence: Evidence, facts: Sequence[HrFact]) -> list[Hint]:
    """Give the hints, at most five of each kind of row."""
    found = _codes(claim, evidence.near_codes)
    told = {hint["national_code"] for hint in found}
    found += [hint for hint in _people(claim, evidence.near_people) if hint["national_code"] not in told]
    if facts:
        found += _birth(claim, facts[0].value(fields.BIRTH_DATE))
        found += _names(claim, facts[0])
    if facts and all(fact.padded for fact in facts):
        found.append({"hint": "LOST_ZEROS"})
    found += [{"hint": "STUDENT_ACCOUNT", "username": entry.username, "dn": entry.dn}
              for entry in sorted(evidence.entries, key=lambda entry: entry.dn) if is_student(entry)]  # fmt: skip
    return found


def neighbours(code: str) -> list[str]:
    """Give the valid codes that are one digit or one swap of neighbours away from what was typed."""
    if len(code) != _CODE_LENGTH or not code.isascii() or not code.isdigit():
        return []
    found = {f"{code[:at]}{digit}{code[at + 1 :]}" for at in range(_CODE_LENGTH) for digit in "0123456789"}
    found |= {f"{code[:at]}{code[at + 1]}{code[at]}{code[at + 2 :]}" for at in range(_CODE_LENGTH - 1)}
    return sorted(other for other in found - {code} if is_valid(other))


def is_near(claim: Claim, fact: HrFact) -> bool:
    """Say whether a row with another code may be the person.

    The whole name within titles or a slip of the pen, or the same birth date and one of the names.
    """
    if _close(f"{claim.first_name} {claim.last_name}", fact.whole_name):
        return True
    same_day = bool(claim.birth_date) and claim.birth_date == fact.value(fields.BIRTH_DATE)
    parts = (fields.FIRST_NAME, fields.LAST_NAME)
    return same_day and any(_close(str(getattr(claim, part)), fact.value(part)) for part in parts)


def _close(typed: str, held: str) -> bool:
    return bool(n2(typed) and n2(held)) and (equal_n3(typed, held) or one_edit(typed, held))


def _codes(claim: Claim, facts: Sequence[HrFact]) -> list[Hint]:
    near = [fact for fact in facts if is_near(claim, fact)]
    return _listed((_slip(claim.national_code, fact.value(fields.NATIONAL_CODE)), fact) for fact in near)


def _slip(typed: str, held: str) -> str:
    one_digit = sum(a != b for a, b in zip(typed, held, strict=False)) == 1
    return "CODE_ONE_DIGIT" if one_digit else "CODE_SWAPPED"


def _people(claim: Claim, facts: Sequence[HrFact]) -> list[Hint]:
    near = (f for f in facts if f.value(fields.NATIONAL_CODE) != claim.national_code and is_near(claim, f))
    return _listed(("SAME_NAME_AND_BIRTH", fact) for fact in near if _is_same(claim, fact))


def _is_same(claim: Claim, fact: HrFact) -> bool:
    held = fact.value(fields.BIRTH_DATE)
    return not held or held == claim.birth_date


def _listed(found: Iterator[tuple[str, HrFact]]) -> list[Hint]:
    hints = [
        {
            "hint": kind, "source": fact.source, "national_code": fact.value(fields.NATIONAL_CODE),
            "name": fact.whole_name, "birth_date": fact.value(fields.BIRTH_DATE),
            "personnel_number": fact.value(fields.PERSONNEL_NUMBER),
        }
        for kind, fact in found
    ]  # fmt: skip
    return [hint for hint, _ in groupby(sorted(hints, key=_place))][:MOST]


def _place(hint: Hint) -> tuple[str, ...]:
    return hint["hint"], hint["national_code"], hint["source"], hint["personnel_number"]


def _birth(claim: Claim, held: str) -> Iterator[Hint]:
    typed = _day(claim.birth_date)
    hr = _day(held)
    if hr is None or typed == hr:
        return
    for kind, holds in (
        ("BIRTH_DAY_MONTH", typed is not None and _swapped(typed) == jalali.to_jalali(hr)),
        ("BIRTH_CENTURY", typed is not None and _short(typed) == _short(hr)),
        ("BIRTH_ONE_DAY", typed is not None and abs((typed - hr).days) == 1),
        ("BIRTH_GREGORIAN", jalali.parse(claim.birth_typed, "gregorian") == hr),
    ):
        if holds:
            yield {"hint": kind, "typed": claim.birth_date, "hr": held}


def _day(iso: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        return None


def _swapped(day: dt.date) -> str:
    year, month, of_month = jalali.to_jalali(day).split("/")
    return f"{year}/{of_month}/{month}"


def _short(day: dt.date) -> str:
    """Give the Jalali date with a year of two digits."""
    return jalali.to_jalali(day)[2:]


def _names(claim: Claim, fact: HrFact) -> Iterator[Hint]:
    first, last = fact.value(fields.FIRST_NAME), fact.value(fields.LAST_NAME)
    if not first or not last:
        return
    compared = compare(claim, [fact])
    if n2(claim.first_name) == n2(last) and n2(claim.last_name) == n2(first) != n2(last):
        yield {"hint": "NAMES_SWAPPED"}
        return
    for name in (fields.FIRST_NAME, fields.LAST_NAME, fields.FATHER_NAME):
        if compared[name] == DIFFERS and one_edit(str(getattr(claim, name)), fact.value(name)):
            yield {"hint": "ONE_EDIT", "field": name}
