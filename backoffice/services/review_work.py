"""Deciding pairs in groups: the twenty that were shown, or all that wait of a rule that has proved itself.

Every case gets a verdict of its own, as its page would give it; one transaction for a page, and for each part of what
a rule decides. Those that somebody else decided or took meanwhile, or that have changed, are left out and named.
Source: reconciliation.md "Review in groups".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Case, ReviewBatch, Verdict
from backoffice.rules import situations as s
from backoffice.rules.case_states import ACCEPTED_TIERS, BY_RULE, DIFFERENT, IN_GROUP, SAME, WAITING
from backoffice.rules.errors import RefusedError
from backoffice.rules.precision import may_accept_rest
from backoffice.services import audit, case_scores, case_work
from backoffice.services.case_claims import CHANGED, NOTE_LENGTH, the_case
from backoffice.services.case_work import Decision
from backoffice.services.review_groups import (
    MOST_ACCEPTED,
    PART,
    SIZE,
    free_for,
    still_stands,
    waiting_of,
    whose_turn_it_is,
)  # fmt: skip
from backoffice.services.trust import REASON_NEEDED
from backoffice.settings import Settings

NOTHING_SHOWN = N_("There was nothing to decide on that page; please look again.")
NOT_ONE_ACCOUNT = N_("There is more than one account to choose from; please decide it on the page of the case.")
NOT_PROVED = N_("This rule has not proved itself yet: 200 pairs drawn at random must be judged without a fault first.")
NEVER = N_("Pairs of this rule are never accepted as one person; HR has to mend them.")
NOTHING_WAITS = N_("Nothing waits of this rule.")
NO_BATCH = N_("There is no such acceptance.")
UNDONE = N_("%(name)s has already taken this back.")


@dataclass(frozen=True)
class Shown:
    """A pair as it was shown, and whether it was ticked as not the same person."""

    case_id: int
    fingerprint: str
    is_different: bool


@dataclass(frozen=True)
class Left:
    """A pair that was not decided, and why not."""

    case_id: int
    why: RefusedError


@dataclass
class Outcome:
    """What came of a group: verdict -> ids of cases, and those that were left out."""

    decided: dict[str, list[int]] = field(default_factory=lambda: {SAME: [], DIFFERENT: []})
    left: list[Left] = field(default_factory=list)


def decide(tier: str, shown: Sequence[Shown], *, actor: str, settings: Settings) -> Outcome:
    """Decide exactly the pairs that were shown: ticked ones are not the same person, the others are.

    Where a rule proposes what only HR can mend (T5), the ticked ones alone are decided. What was not next in the order
    of chance is decided all the same, but proves nothing for the rule. Raises RefusedError where there is nothing to
    decide, and for more than a page holds.
    """
    verdicts = {pair: DIFFERENT if pair.is_different else SAME for pair in shown}
    wanted = {pair: word for pair, word in verdicts.items() if word == DIFFERENT or tier in ACCEPTED_TIERS}
    if not wanted or len(shown) > SIZE:
        raise RefusedError(NOTHING_SHOWN)
    with writing() as session:
        current = _lock(session, [pair.case_id for pair in wanted])
        as_shown = {pair.case_id for pair in wanted if current.get(pair.case_id) == pair.fingerprint}
        drawn = whose_turn_it_is(tier, actor, as_shown)
        wishes = [
            (pair.case_id, Decision(word, IN_GROUP, fingerprint=pair.fingerprint, at_random=pair.case_id in drawn))
            for pair, word in wanted.items()
        ]
        return _each(session, tier, wishes, actor, settings)


def accept_rest(tier: str, *, actor: str, reason: str, settings: Settings) -> tuple[int, Outcome]:
    """Decide all that waits of a rule as the same person, as one batch; give its id and what came of it.

    It goes in parts, so that nobody who registers is kept waiting; each counts once it is done, and the batch is taken
    back as one, however far it came. A batch takes ``MOST_ACCEPTED`` at most; what is left still waits and can be
    accepted by the next one.

    Raises RefusedError without a reason, for a rule that has not proved itself, and where nothing waits.
    """
    if tier not in ACCEPTED_TIERS:
        raise RefusedError(NEVER)
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    batch_id, ids = _opened(tier, actor, reason.strip()[:NOTE_LENGTH])
    outcome = Outcome()
    for start in range(0, len(ids), PART):
        _accept(batch_id, ids[start : start + PART], outcome, settings)
    return batch_id, outcome


def _opened(tier: str, actor: str, reason: str) -> tuple[int, list[int]]:
    """Enter a batch and give what it is about. Raises RefusedError."""
    with writing() as session:
        waiting = sa.select(Case.id).where(waiting_of(tier), free_for(actor)).order_by(Case.id)
        ids = list(session.scalars(waiting.limit(MOST_ACCEPTED)))
        score = case_scores.score_of(tier)
        if not may_accept_rest(score.right, score.wrong):
            raise RefusedError(NOT_PROVED)
        if not ids:
            raise RefusedError(NOTHING_WAITS)
        batch = ReviewBatch(tier=tier, reason=reason, accepted_by=actor, accepted_at=clock.now(), pairs=0)
        session.add(batch)
        session.flush()
        return batch.id, ids


def _accept(batch_id: int, ids: Sequence[int], outcome: Outcome, settings: Settings) -> None:
    """Accept a part of a batch in one transaction; nothing once the batch was taken back."""
    with writing() as session:
        batch = session.get_one(ReviewBatch, batch_id, with_for_update=True, populate_existing=True)
        if batch.undone_at:
            return
        _lock(session, ids)
        decision, tier, actor = Decision(SAME, BY_RULE, batch.reason), batch.tier, batch.accepted_by
        part = _each(session, tier, [(number, decision) for number in ids], actor, settings)
        _note_part(session, batch_id, part)
    outcome.decided[SAME] += part.decided[SAME]
    outcome.left += part.left


def undo(batch_id: int, *, actor: str, reason: str) -> int:
    """Take a batch back as one step: open again exactly what nobody has changed since; give how many.

    Raises RefusedError for a batch that is not there or was taken back, and without a reason.
    """
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        batch = session.get(ReviewBatch, batch_id, with_for_update=True, populate_existing=True)
        if batch is None:
            raise RefusedError(NO_BATCH)
        if batch.undone_at:
            raise RefusedError(UNDONE, {"name": batch.undone_by})
        standing = sa.select(Case.id).where(still_stands(batch_id))
        ids = list(session.scalars(standing.order_by(Case.id).with_for_update()))
        acts = [case_work.reopen_within(session, number, note=reason, actor=actor) for number in ids]
        batch.undone_by, batch.undone_at = actor, clock.now()
        after = {"tier": batch.tier, "reopened": len(ids), "changed_since": batch.pairs - len(ids)}
        subject = f"review-batch:{batch_id}"
        audit.record_all([*acts, audit.Act("cases:batch:undone", subject, actor, reason.strip(), after=after)])
        return len(ids)


def _note_part(session: Session, batch_id: int, part: Outcome) -> None:
    """Put the number of the batch on the verdicts of a part, and the act into the trail."""
    ids = part.decided[SAME]
    living = sa.update(Verdict).where(Verdict.case_id.in_(ids), Verdict.ended_at.is_(None))
    session.execute(living.values(batch_id=batch_id), execution_options={"synchronize_session": False})
    batch = session.get_one(ReviewBatch, batch_id)
    batch.pairs += len(ids)
    after = {"tier": batch.tier, "pairs": len(ids), "left": [left.case_id for left in part.left]}
    audit.record(
        "cases:batch:accepted", f"review-batch:{batch_id}", actor=batch.accepted_by, reason=batch.reason, after=after
    )


def _each(
    session: Session, tier: str, wishes: Sequence[tuple[int, Decision]], actor: str, settings: Settings
) -> Outcome:
    """Decide each pair or leave it out whole. The trail is written last: others need it and wait as long."""
    outcome, acts = Outcome(), []
    for case_id, decision in wishes:
        try:
            with session.begin_nested():
                act = _decide(session, tier, case_id, decision, actor, settings)
        except RefusedError as why:
            outcome.left.append(Left(case_id, why))
            continue
        acts.append(act)
        outcome.decided[decision.verdict].append(case_id)
    audit.record_all(acts)
    return outcome


def _decide(session: Session, tier: str, case_id: int, decision: Decision, actor: str, settings: Settings) -> audit.Act:
    case = the_case(session, case_id)
    if case.kind != s.REVIEW or case.tier != tier or case.state in WAITING:
        raise RefusedError(CHANGED)
    if decision.verdict == SAME:
        if len(case.entry_uuids) != 1:
            raise RefusedError(NOT_ONE_ACCOUNT)
        decision = replace(decision, entry=str(case.entry_uuids[0]))
    return case_work.decide_within(session, case_id, decision, actor=actor, settings=settings)


def _lock(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Claim the rows in one order, so that of two groups with a pair in common one waits for the other.

    Gives their fingerprints.
    """
    rows = sa.select(Case.id, Case.fingerprint).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()
    return dict(session.execute(rows).all())
