"""What waits to be reviewed in groups, by match rule, in an order that is random and stays the same.

Source: reconciliation.md "Review in groups". Deciding: ``review_work``.
"""

import hashlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from itertools import takewhile

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case, Finding, ReviewBatch, Verdict
from backoffice.rules import situations as s
from backoffice.rules.case_states import NEW, RESOLVED, REVIEW_TIERS, TRIAGE, WAITING
from backoffice.services.paging import Page

SIZE = 20
MOST_BATCHES = 20
# So many are accepted by one press of the button, and so many in one transaction, while nobody else writes on SQLite.
MOST_ACCEPTED, PART = 1_000, 100


@dataclass(frozen=True)
class Pair:
    """A case that waits, and the finding with its evidence; None where that is no longer kept."""

    case: Case
    finding: Finding | None


@dataclass(frozen=True)
class Batch:
    """What was accepted by rule at once; ``standing``: how many of its verdicts still stand as they were given."""

    batch: ReviewBatch
    standing: int


def waiting_of(tier: str) -> sa.ColumnElement[bool]:
    """Say that a case waits to be reviewed by this rule; one that waits for HR or for information does not."""
    return sa.and_(Case.kind == s.REVIEW, Case.tier == tier, Case.state.in_((NEW, TRIAGE)))


def free_for(actor: str) -> sa.ColumnElement[bool]:
    """Say that nobody else has taken a case."""
    return Case.taken_by.in_(("", actor))


def counts() -> dict[str, int]:
    """Give tier -> how many pairs wait, every tier that is reviewed in groups."""
    question = sa.select(Case.tier, sa.func.count()).group_by(Case.tier)
    rows = db.session.execute(question.where(Case.kind == s.REVIEW, Case.state.in_((NEW, TRIAGE))))
    found = dict(rows.all())
    return {tier: found.get(tier, 0) for tier in REVIEW_TIERS}


def set_aside(tier: str) -> int:
    """Give how many pairs of a tier are open but in no group, as they wait for an answer."""
    question = sa.select(sa.func.count()).where(Case.kind == s.REVIEW, Case.tier == tier, Case.state.in_(WAITING))
    return db.session.scalar(question) or 0


def group(tier: str, number: int, actor: str) -> Page[Pair]:
    """Give the pairs of one page that nobody else has taken, in the order of chance.

    A number behind the last page gives the last.
    """
    ids = in_order(tier, actor)
    number = min(number, max(0, (len(ids) - 1) // SIZE))
    return Page(_pairs(ids[number * SIZE : (number + 1) * SIZE]), len(ids), number, SIZE)


def in_order(tier: str, actor: str) -> list[int]:
    """Give the cases of a rule that wait for this person, in the order of chance."""
    return sorted(db.session.scalars(sa.select(Case.id).where(waiting_of(tier), free_for(actor))), key=_chance(tier))


def whose_turn_it_is(tier: str, actor: str, chosen: Container[int]) -> frozenset[int]:
    """Give those of the chosen cases that stand at the front of the order, none left out between them.

    Only these were drawn by chance; whoever looks for others has picked them out.
    """
    return frozenset(takewhile(chosen.__contains__, in_order(tier, actor)[:SIZE]))


def batches(tier: str) -> list[Batch]:
    """Give what was accepted of a rule at once, the newest first."""
    rows = sa.select(ReviewBatch).where(ReviewBatch.tier == tier).order_by(ReviewBatch.id.desc()).limit(MOST_BATCHES)
    found = db.session.scalars(rows).all()
    number = sa.select(sa.func.count()).select_from(Case)
    return [Batch(batch, db.session.scalar(number.where(still_stands(batch.id))) or 0) for batch in found]


def still_stands(batch_id: int) -> sa.ColumnElement[bool]:
    """Say that a case is decided as this batch decided it: nobody took it back since, and no run opened it again."""
    given = sa.select(Verdict.case_id).where(Verdict.batch_id == batch_id, Verdict.ended_at.is_(None))
    return sa.and_(Case.state == RESOLVED, Case.id.in_(given))


def _chance(tier: str) -> Callable[[int], bytes]:
    return lambda case_id: hashlib.sha256(f"{tier}:{case_id}".encode()).digest()


def _pairs(ids: Sequence[int]) -> list[Pair]:
    cases = {case.id: case for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids)))}
    places = [(case.last_run, case.last_row) for case in cases.values()]
    question = sa.select(Finding).where(sa.tuple_(Finding.run_id, Finding.row).in_(places))
    findings = {(found.run_id, found.row): found for found in db.session.scalars(question)}
    return [Pair(case, findings.get((case.last_run or 0, case.last_row or 0))) for case in (cases[n] for n in ids)]
