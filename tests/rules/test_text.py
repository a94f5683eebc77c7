"""Folding of Persian text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice.rules.text import equal_n3, fold_word, n1, n2, n3, one_edit, spelling_kind

PERSIAN = st.text(alphabet="يىیكکةۀہەآأإٱؤئء ـًٌَُِّْ\u200c\u200e- ابپمحسدرضعلی۱۲٣٤56", max_size=20)


@given(PERSIAN)
@example("5\u200c \u200c")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert n1(n1(text)) == n1(text)
    assert n2(n2(text)) == n2(text)
    assert n2(n1(text)) == n2(text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("علي", "علی"),
        ("كريمي", "کریمی"),
        ("محمد رضا", "محمد\u200cرضا"),
        ("فاطمة", "فاطمه"),
        ("آذر", "اذر"),
        ("رؤیا", "رویا"),
        ("مــریم", "مریم"),
        ("مُحمّد", "محمد"),
        ("واحد ۱۲", "واحد ١٢"),
        ("ﻋﻠﯽ", "علی"),
    ],
)
def test_spellings_of_one_name_are_equal_at_n2(left: str, right: str) -> None:
    assert n2(left) == n2(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("سید علی", "علی"), ("سیدعلی", "علی"), ("حاج میر حسن", "حسن"), ("فاطمه سادات", "فاطمه"), ("سید\u200cرضا", "رضا")],
)
def test_titles_are_dropped_at_n3(left: str, right: str) -> None:
    assert equal_n3(left, right)


def test_a_name_that_starts_with_the_letters_of_a_title_is_kept() -> None:
    assert not equal_n3("میرزایی", "زایی")
    assert n3("سید") == "سید"


def test_one_edit_is_one_slip_and_two_in_long_names() -> None:
    assert one_edit("رضایی", "رضائی")
    assert one_edit("کریمی", "کرمیی")
    assert not one_edit("کریمی", "کرامتی")
    assert one_edit("ابراهیم‌پورفرد", "ابرهیمپورفردد")


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("علي", "علی", "yeh_kaf"),
        ("واحد ۱", "واحد 1", "digits"),
        ("محمد\u200cرضا", "محمدرضا", "zwnj"),
        ("محمد رضا", "محمدرضا", "spacing"),
        ("مُحمد", "محمد", "marks"),
        ("آذر", "اذر", "hamza"),
        ("علي رضا", "علیرضا", "yeh_kaf"),
    ],
)
def test_the_kind_of_a_spelling_difference_is_named(left: str, right: str, kind: str) -> None:
    assert spelling_kind(left, right) == kind


def test_words_of_headers_are_compared_without_case() -> None:
    assert fold_word(" National_Code ") == fold_word("national code")
    assert fold_word("كد  ملي") == fold_word("کدملی")
