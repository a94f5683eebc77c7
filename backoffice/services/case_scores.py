"""How often people confirmed what a match rule proposed. Source: reconciliation.md "Review in groups"."""

from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case
from backoffice.rules import situations as s
from backoffice.rules.case_states import DIFFERENT, RESOLVED, SAME
from backoffice.rules.precision import has_earned, lower_bound


@dataclass(frozen=True)
class Score:
    """The verdicts on what one tier proposed.

    Right ones count only from groups drawn at random: what somebody picks out proves nothing, and what was accepted by
    rule would prove the rule by itself. A wrong one counts wherever it was found.
    """

    tier: str
    right: int
    wrong: int

    @property
    def proved(self) -> float:
        """The share of right proposals that these verdicts prove."""
        return lower_bound(self.right, self.wrong)


def scores() -> list[Score]:
    """Give the score of every tier whose proposals people have judged."""
    is_right = sa.and_(Case.verdict == SAME, Case.at_random.is_(True))
    judged = sa.select(Case.tier, Case.verdict, sa.func.count()).group_by(Case.tier, Case.verdict)
    judged = judged.where(Case.kind == s.REVIEW, Case.state == RESOLVED, sa.or_(is_right, Case.verdict == DIFFERENT))
    found = {(tier, verdict): number for tier, verdict, number in db.session.execute(judged)}
    tiers = sorted({tier for tier, _verdict in found if tier})
    return [Score(tier, found.get((tier, SAME), 0), found.get((tier, DIFFERENT), 0)) for tier in tiers]


def score_of(tier: str) -> Score:
    """Give the score of one tier, of nothing judged where that is so."""
    return next((score for score in scores() if score.tier == tier), Score(tier, 0, 0))


def earned_tiers() -> frozenset[str]:
    """Give the tiers that may link by themselves; only T2 can earn that."""
    return frozenset(score.tier for score in scores() if score.tier == s.T2 and has_earned(score.right, score.wrong))
