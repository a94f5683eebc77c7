"""How far a rule can be trusted."""

import pytest

from backoffice.rules.precision import has_earned, lower_bound, may_accept_rest, still_needed


@pytest.mark.parametrize(("right", "proved"), [(200, 0.985), (600, 0.995)])
def test_so_many_without_fault_prove_what_the_design_says(right: int, proved: float) -> None:
    assert lower_bound(right, 0) == pytest.approx(proved, abs=0.0002)


def test_nothing_is_proved_by_nothing() -> None:
    assert (lower_bound(0, 0), lower_bound(0, 5)) == (0.0, 0.0)


def test_one_fault_costs_hundreds_of_right_answers() -> None:
    assert (has_earned(599, 0), has_earned(600, 1), has_earned(1000, 1)) == (True, False, True)
    assert not has_earned(590, 0)


@pytest.mark.parametrize(
    ("right", "wrong", "may"), [(199, 0, False), (200, 0, True), (500, 1, False), (1000, 1, True), (0, 0, False)]
)
def test_the_rest_may_be_accepted_after_two_hundred_without_fault(right: int, wrong: int, may: bool) -> None:
    assert may_accept_rest(right, wrong) is may


@pytest.mark.parametrize(("right", "wrong"), [(0, 0), (200, 0), (600, 1)])
def test_so_many_more_are_needed_and_not_one_less(right: int, wrong: int) -> None:
    more = still_needed(right, wrong)
    assert has_earned(right + more, wrong)
    assert not has_earned(right + more - 1, wrong)


def test_a_rule_that_has_earned_it_needs_no_more() -> None:
    assert still_needed(700, 0) == 0
