"""Whether a person is who they say, may have an account, and has none yet; and if not, why.

Nothing of the causes is ever shown outside: every refusal is the one sentence. Decisions where mission.md is silent:

- A service that did not answer makes every claim "later", also one that HR already contradicts: otherwise an outage
  would tell who works here. Only a code that is no national code is refused all the same.
- A foreign id is judged by nothing else until the foreigners' path is built.
- A wrong personnel number is a flag, never a cause: the field is optional and proves nothing.
- Names that are equal at N2, at N3 (titles), or only joined in another place pass; one slip of the pen does not.
- With HR as the civil registry nothing but HR speaks, so CIVIL_DIFFERS cannot hold; the deceased are HR_INACTIVE.
- Of rows that contradict each other those count that agree with the one somebody of the office chose.
- An announced colleague counts while HR has no row of the code, or only rows that say the person has left.

Source: mission.md §6 and S2-S4, S41, S42, S63; contract.md "Details that are relied on from outside".
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.rules import fields
from backoffice.rules import identity_causes as causes
from backoffice.rules.identity_compare import ABSENT, DIFFERS, SPELLING, compare
from backoffice.rules.identity_evidence import Accepted, Claim, Evidence, HrFact, is_national
from backoffice.rules.identity_existing import existing
from backoffice.rules.identity_hints import hints_for
from backoffice.rules.identity_rows import class_of, disagree, in_order, is_active
from backoffice.rules.inquiry import Answer
from backoffice.rules.national_code import is_valid
from backoffice.rules.primary_row import counting
from backoffice.rules.text import n2

__all__ = ["LATER", "PASSES", "REFUSED", "Claim", "Evidence", "Judgement", "judge"]

PASSES, REFUSED, LATER = "passes", "refused", "later"
# Soft doubts and facts that a person of the office may want to know; none of them refuses.
PERSONNEL_NUMBER_DIFFERS, NO_BIRTH_DATE, ANNOUNCED = "PERSONNEL_NUMBER_DIFFERS", "NO_BIRTH_DATE_IN_HR", "ANNOUNCED"
OVERRIDDEN, TWO_ROLES = "OVERRIDDEN", "TWO_ROLES"

_DIFFERENCES = {
    fields.FIRST_NAME: causes.NAME_DIFFERS,
    fields.LAST_NAME: causes.NAME_DIFFERS,
    fields.FATHER_NAME: causes.FATHER_DIFFERS,
    fields.BIRTH_DATE: causes.BIRTHDATE_DIFFERS,
}


@dataclass(frozen=True)
class Judgement:
    """What came out.

    ``causes``: those that refuse in the order of mission §6, then those that are only noted (NC_LOST_ZEROS,
    NAME_SPELLING). ``source``: whose row of HR it is. ``hr``: that row. ``compared``: see identity_compare.
    ``hints``: see identity_hints. ``flags``: soft doubts.
    """

    causes: tuple[str, ...]
    source: str = ""
    hr: dict[str, Any] | None = None
    compared: dict[str, str] = field(default_factory=dict)
    hints: list[dict[str, Any]] = field(default_factory=list)
    flags: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Give ``passes``, ``refused`` or ``later``."""
        if set(self.causes) & causes.LATER:
            return LATER
        return REFUSED if set(self.causes) - causes.PASSING else PASSES


def judge(claim: Claim, evidence: Evidence) -> Judgement:
    """Judge a claim. The order of the facts in the evidence does not matter."""
    settled = counting(evidence.hr, evidence.chosen)
    facts = in_order(_counting(settled, evidence.today), claim, evidence.today)
    compared = compare(claim, facts)
    accepted = {name for name in _DIFFERENCES if _is_accepted(name, claim, evidence.accepted)}
    held = _causes(claim, evidence, facts, {name: level for name, level in compared.items() if name not in accepted})
    first = facts[0] if facts else None
    return Judgement(
        causes=(*causes.in_order(held - causes.PASSING), *causes.in_order(held & causes.PASSING)),
        source=first.source if first else "",
        hr=_as_dict(first) if first else None,
        compared=compared,
        hints=hints_for(claim, evidence, facts),
        flags=tuple(_flags(facts, compared, accepted, is_chosen=len(settled) < len(evidence.hr))),
    )


def _counting(facts: Sequence[HrFact], today: dt.date) -> list[HrFact]:
    """Leave out who was announced once HR has a row of its own; one that says the person has left is an older story."""
    rows = [fact for fact in facts if not fact.announced]
    if any(class_of(row, today) != fields.ENDED for row in rows):
        return rows
    return [fact for fact in facts if fact.announced] or rows


def _causes(claim: Claim, evidence: Evidence, facts: Sequence[HrFact], compared: dict[str, str]) -> set[str]:
    if is_national(claim) and not is_valid(claim.national_code):
        return {causes.NC_INVALID}
    if evidence.down or evidence.registry is Answer.UNAVAILABLE:
        return {causes.SERVICE_DOWN}
    if not is_national(claim):
        return {causes.FOREIGN_ID}
    found = existing(evidence, facts)
    if not facts:
        return found | {causes.NC_NOT_IN_HR}
    differences = {_DIFFERENCES[name] for name, level in compared.items() if level == DIFFERS and name in _DIFFERENCES}
    found |= differences or _civil(evidence)
    return found | _noted(facts, compared, differences) | _of_rows(facts, evidence.today)


def _civil(evidence: Evidence) -> set[str]:
    return {causes.CIVIL_DIFFERS} if evidence.registry in (Answer.NOT_MATCHED, Answer.INVALID) else set()


def _noted(facts: Sequence[HrFact], compared: dict[str, str], differences: set[str]) -> set[str]:
    """Give what passes by itself. A code that lost its zeros in HR counts only with an equal name and birth date."""
    names = (fields.FIRST_NAME, fields.LAST_NAME, fields.FATHER_NAME)
    found = {causes.NAME_SPELLING} if SPELLING in [compared.get(name) for name in names] else set()
    if all(fact.padded for fact in facts) and not differences:
        found.add(causes.NC_LOST_ZEROS)
    return found


def _of_rows(facts: Sequence[HrFact], today: dt.date) -> set[str]:
    found = {causes.DUPLICATE_IN_HR} if disagree(facts) else set()
    return found if is_active(facts, today) else found | {causes.HR_INACTIVE}


def _is_accepted(name: str, claim: Claim, accepted: Iterable[Accepted]) -> bool:
    """Say whether the office accepts this field as it was typed."""
    typed = n2(str(getattr(claim, name)))
    return any(not one.field or (one.field == name and n2(one.value) == typed) for one in accepted)


def _flags(facts: Sequence[HrFact], compared: dict[str, str], accepted: set[str], *, is_chosen: bool) -> Iterable[str]:
    if compared[fields.PERSONNEL_NUMBER] == DIFFERS:
        yield PERSONNEL_NUMBER_DIFFERS
    if facts and compared[fields.BIRTH_DATE] == ABSENT:
        yield NO_BIRTH_DATE
    if any(fact.announced for fact in facts):
        yield ANNOUNCED
    if is_chosen or any(compared[name] == DIFFERS for name in accepted):
        yield OVERRIDDEN
    if len(facts) > 1 and not disagree(facts):
        yield TWO_ROLES


def _as_dict(fact: HrFact) -> dict[str, Any]:
    return {
        **fact.values, "source": fact.source, "status_class": fact.status_class, "padded": fact.padded,
        "announced": fact.announced,
    }  # fmt: skip
