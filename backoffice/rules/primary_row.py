"""Which of HR's contradicting rows of one code is the right one, by the word of somebody of the office.

The word is about exactly the rows that were looked at: once what they say of the identity changes, or a row comes or
goes, it says nothing any more. Announced colleagues are no rows of HR's. Source: mission.md §6 DUPLICATE_IN_HR.
"""

from collections.abc import Collection, Sequence

from backoffice.rules import fields
from backoffice.rules.hashing import canonical_hash
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.identity_rows import disagree
from backoffice.rules.text import n2


def mark_of(chosen: HrFact, rows: Sequence[HrFact]) -> str:
    """Give the mark of one row among all that HR has of a code, in any order; the same for rows that say the same."""
    return canonical_hash([_identity(chosen), sorted({_identity(row) for row in rows if not row.announced})])


def find(rows: Sequence[HrFact], marks: Collection[str]) -> HrFact | None:
    """Give the row that one of the marks means, None where these are not the rows it was about."""
    own = [row for row in rows if not row.announced] if marks else []
    return next((row for row in own if mark_of(row, own) in marks), None)


def counting(rows: Sequence[HrFact], marks: Collection[str]) -> list[HrFact]:
    """Leave out the rows that contradict the right one; all of them count where nobody said which that is."""
    right = find(rows, marks)
    if right is None:
        return list(rows)
    agreeing = [row for row in rows if row.announced or not disagree([right, row])]
    return [right] if disagree(agreeing) else agreeing


def choices(rows: Sequence[HrFact]) -> dict[str, HrFact]:
    """Give mark -> row of those among which one has to be chosen; none where they do not contradict each other."""
    own = [row for row in rows if not row.announced]
    return {mark_of(row, own): row for row in reversed(own)} if disagree(own) else {}


def _identity(row: HrFact) -> tuple[str, ...]:
    return (
        row.source, row.value(fields.PERSONNEL_NUMBER), n2(row.whole_name), n2(row.value(fields.FATHER_NAME)),
        row.value(fields.BIRTH_DATE),
    )  # fmt: skip
