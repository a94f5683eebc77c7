"""How far a rule can be trusted."""

import pytest

from backoffice.rules.precision import has_earned, lower_bound


@pytest.mark.parametrize(("right", "proved"), [(200, 0.985), (600, 0.995)])
def test_so_many_without_fault_prove_what_the_design_says(right: int, proved: float) -> None:
    assert lower_bound(right, 0) == pytest.approx(proved, abs=0.0002)


def test_nothing_is_proved_by_nothing() -> None:
    assert (lower_bound(0, 0), lower_bound(0, 5)) == (0.0, 0.0)


def test_one_fault_costs_hundreds_of_right_answers() -> None:
    assert (has_earned(599, 0), has_earned(600, 1), has_earned(1000, 1)) == (True, False, True)
    assert not has_earned(590, 0)
