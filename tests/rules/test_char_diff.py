"""Marking where two values differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.char_diff import FOLDED, OTHER, SAME, char_diff, date_diff
from backoffice.rules.text import n2

LETTERS = st.text(alphabet="ابکكیيهةأء آ\u200cـَ12۱٢-ﻻل", max_size=12)


def test_equal_texts_are_one_stretch() -> None:
    assert char_diff("کریمی", "کریمی") == ([("کریمی", SAME)], [("کریمی", SAME)])


def test_nothing_against_nothing_has_no_stretch() -> None:
    assert char_diff("", "") == ([], [])


def test_one_wrong_letter_is_marked_on_both_sides() -> None:
    assert char_diff("رضایی", "رضانی") == (
        [("رضا", SAME), ("ی", OTHER), ("ی", SAME)],
        [("رضا", SAME), ("ن", OTHER), ("ی", SAME)],
    )


def test_arabic_letters_are_equal_after_folding() -> None:
    assert char_diff("علی", "علي") == ([("عل", SAME), ("ی", FOLDED)], [("عل", SAME), ("ي", FOLDED)])


@pytest.mark.parametrize("other", ["محمد علی", "محمدعلی", "محمد\u200cعلی"])
def test_spaces_and_half_spaces_never_count_as_a_difference(other: str) -> None:
    kinds = {segment.kind for side in char_diff("محمد-علی", other) for segment in side}
    assert kinds <= {SAME, FOLDED}


def test_a_missing_stretch_is_a_gap_on_the_other_side() -> None:
    hr, directory = char_diff("سید محمدرضا", "محمدرضا")
    assert hr == [("سید ", OTHER), ("محمدرضا", SAME)]
    assert directory == [("", OTHER), ("محمدرضا", SAME)]


def test_texts_with_little_in_common_are_marked_as_a_whole() -> None:
    assert char_diff("معاونت پژوهش", "امور مالی") == ([("معاونت پژوهش", OTHER)], [("امور مالی", OTHER)])


def test_a_value_against_none_is_marked_as_a_whole() -> None:
    assert char_diff("0012345679", "") == ([("0012345679", OTHER)], [("", OTHER)])


def test_a_hamza_stays_with_its_letter() -> None:
    assert char_diff("خانه\u0654", "خانه") == ([("خان", SAME), ("ه\u0654", FOLDED)], [("خان", SAME), ("ه", FOLDED)])


@given(LETTERS, LETTERS)
def test_the_stretches_put_together_are_the_texts(left: str, right: str) -> None:
    sides = char_diff(left, right)
    assert ["".join(segment.text for segment in side) for side in sides] == [left, right]


@given(LETTERS, LETTERS)
def test_a_mark_stands_exactly_where_folding_leaves_a_difference(left: str, right: str) -> None:
    marked = any(segment.kind == OTHER for side in char_diff(left, right) for segment in side)
    assert marked == (n2(left) != n2(right))


def test_dates_are_marked_by_year_month_and_day() -> None:
    typed, hr = date_diff("۱۳۷۸/۱۰/۰۱", "۱۳۷۸/۰۱/۱۰")
    assert typed == [("۱۳۷۸/", SAME), ("۱۰", OTHER), ("/", SAME), ("۰۱", OTHER)]
    assert hr == [("۱۳۷۸/", SAME), ("۰۱", OTHER), ("/", SAME), ("۱۰", OTHER)]


def test_what_is_no_date_is_compared_by_letters() -> None:
    assert date_diff("ناشناخته", "۱۳۷۸/۰۱/۱۰") == char_diff("ناشناخته", "۱۳۷۸/۰۱/۱۰")
