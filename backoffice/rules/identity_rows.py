"""The rows that HR has of one person: which comes first, whether they contradict each other, whether one is active.

Source: reconciliation.md TWO_ROLES (primary row), ROW_CONFLICT, DECEASED; mission.md §6 DUPLICATE_IN_HR, HR_INACTIVE.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from backoffice.rules import fields
from backoffice.rules.hashing import canonical_hash
from backoffice.rules.identity_compare import DIFFERS, compare
from backoffice.rules.identity_evidence import Claim, HrFact
from backoffice.rules.text import n2

_CLASSES = (fields.DECEASED, fields.ACTIVE, fields.ADMITTED, fields.UNKNOWN, fields.LIMITED, fields.ENDED)
_KINDS = ("faculty", "personnel", "contractor", "student")
_ENTITLED = frozenset({fields.ACTIVE, fields.ADMITTED})
_ENDS = _ENTITLED | {fields.LIMITED}


def in_order(facts: Iterable[HrFact], claim: Claim, today: dt.date) -> list[HrFact]:
    """Give the rows with the one that fits the claim best first; among equals the primary one."""
    return sorted(facts, key=lambda fact: (_differences(claim, fact), *_primary(fact, today)))


def disagree(facts: Sequence[HrFact]) -> bool:
    """Say whether rows of one code have different names (N2) or birth dates; an empty date says nothing."""
    names = {n2(fact.whole_name) for fact in facts}
    births = {fact.value(fields.BIRTH_DATE) for fact in facts} - {""}
    return len(names) > 1 or len(births) > 1


def is_active(facts: Sequence[HrFact], today: dt.date) -> bool:
    """Say whether one of the rows entitles to an account, and none says that the person died."""
    classes = {class_of(fact, today) for fact in facts}
    return bool(classes & _ENTITLED) and fields.DECEASED not in classes


def class_of(fact: HrFact, today: dt.date) -> str:
    """Give the status class of a row at this day: past its end date it is over."""
    end = fact.value(fields.END_DATE)
    over = bool(end) and end < today.isoformat() and fact.status_class in _ENDS
    return fields.ENDED if over else fact.status_class


def _differences(claim: Claim, fact: HrFact) -> int:
    return list(compare(claim, [fact]).values()).count(DIFFERS)


def _primary(fact: HrFact, today: dt.date) -> tuple[Any, ...]:
    number, start = fact.value(fields.PERSONNEL_NUMBER), fact.value(fields.START_DATE)
    latest_first = -int(start.replace("-", "")) if start else 0
    kind = fact.value("person_kind")
    content = canonical_hash({**fact.values, "padded": fact.padded})
    return (
        _place(class_of(fact, today), _CLASSES), _place(kind, _KINDS), latest_first, len(number), number,
        fact.source, content,
    )  # fmt: skip


def _place(word: str, words: Sequence[str]) -> int:
    return words.index(word) if word in words else len(words)
