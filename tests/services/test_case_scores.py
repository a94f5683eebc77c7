"""What verdicts say about a match rule."""

import pytest

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case
from backoffice.services.case_scores import Score, earned_tiers, scores
from tests.factories import make_run

pytestmark = pytest.mark.usefixtures("app")


def judge(count: int, verdict: str, tier: str = "T2", *, at_random: bool = True) -> None:
    run = make_run()
    with writing() as session:
        session.add_all(
            Case(
                kind="REVIEW", key=f"{run}-{number}", tier=tier, state="resolved", verdict=verdict,
                at_random=at_random,
                fingerprint="f", opened_run=run, opened_at=clock.now(), last_run=run, last_row=number,
            )
            for number in range(count)
        )  # fmt: skip


def test_verdicts_are_counted_by_tier() -> None:
    judge(3, "same")
    judge(1, "different")
    judge(2, "same", "T1b")
    assert scores() == [Score("T1b", 2, 0), Score("T2", 3, 1)]
    assert earned_tiers() == frozenset()


def test_six_hundred_right_verdicts_let_a_close_name_link_by_itself() -> None:
    judge(600, "same")
    judge(600, "same", "T1b")
    assert earned_tiers() == {"T2"}
    judge(1, "different")
    assert earned_tiers() == frozenset()


def test_what_somebody_picked_out_proves_nothing_but_its_faults_count() -> None:
    judge(600, "same", at_random=False)
    judge(2, "different", at_random=False)
    assert scores() == [Score("T2", 0, 2)]
