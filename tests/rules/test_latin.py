"""Consonants of names in both scripts, and one slip away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from backoffice.rules.latin import distance, neighbours, plausible, skeleton

BONES = st.text(alphabet="bmrk$xzt", max_size=7)


@pytest.mark.parametrize(
    ("persian", "latin"),
    [
        ("محمدرضا کریمی", "Mohammadreza Karimi"), ("محمد رضا كريمي", "mohamad reza karimi"), ("خسرو", "Khosrow"),
        ("غلامعلی", "Qolamali"), ("شهره", "Shohreh"), ("چنگیز", "Changiz"), ("ژاله", "Zhaleh"), ("تقوی", "Taghavi"),
    ],
)  # fmt: skip
def test_consonants_are_alike_in_both_scripts(persian: str, latin: str) -> None:
    assert skeleton(persian) == skeleton(latin) != ""
    assert plausible(persian, latin)


@pytest.mark.parametrize(("persian", "latin"), [("کریمی", "Parsa"), ("علی رضایی", "Maryam Golabi"), ("کریمی", "")])
def test_other_names_are_not_plausible(persian: str, latin: str) -> None:
    assert not plausible(persian, latin)


@given(BONES.map(skeleton), BONES.map(skeleton))
def test_neighbours_are_what_one_slip_makes(one: str, other: str) -> None:
    if other in neighbours(one):
        assert OSA.distance(one, other) <= 2  # a slip may also double a letter, which then counts once
    if OSA.distance(one, other) <= 1:
        assert other in neighbours(one)


def test_a_name_has_few_enough_neighbours_to_ask_for_each() -> None:
    assert len(neighbours(skeleton("محمدرضا کریمی"))) < 300


def test_the_nearest_name_is_the_one_meant() -> None:
    names = ["محمدرضا کریمی", "محمد راز کرمانی", "مهدی رضا کامرانی", "محمدرضا کرمی"]
    assert min(names, key=lambda name: distance("mohammadreza karini", name.replace(" ", ""))) == names[0]
