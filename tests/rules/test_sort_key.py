"""Sorting as the Persian alphabet does."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.sort_key import person_key, prefix_range, sort_key

NAMES = st.text(alphabet="آابپتچژکگیيكهون سA", max_size=8)


def test_letters_stand_where_the_alphabet_has_them() -> None:
    alphabet = list("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")
    assert sorted(set(alphabet), key=sort_key) == alphabet


def test_spelling_does_not_matter() -> None:
    assert sort_key("علي‌اکبر") == sort_key("علی اكبر")


def test_people_are_sorted_by_last_name() -> None:
    people = [("زهرا", "گلابی"), ("علی", "پارسا"), ("رضا", "پارسا"), ("مریم", "احمدی")]
    assert sorted(people, key=lambda name: person_key(*name)) == [people[3], people[2], people[1], people[0]]


def test_a_person_with_a_full_name_only_has_a_key() -> None:
    assert person_key("", "", "مریم کریمی") == sort_key("مریم کریمی")


@given(NAMES, NAMES)
def test_what_starts_alike_lies_within_the_range(start: str, rest: str) -> None:
    low, high = prefix_range(sort_key(start))
    whole = sort_key(start) + sort_key(rest)
    assert low <= whole < high
