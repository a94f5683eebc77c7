"""Sorting as the Persian alphabet does."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.sort_key import prefix_range, sort_key

NAMES = st.text(alphabet="آابپتچژکگیيكهون سA", max_size=8)


def test_letters_stand_where_the_alphabet_has_them() -> None:
    alphabet = list("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")
    assert sorted(set(alphabet), key=sort_key) == alphabet


def test_spelling_does_not_matter() -> None:
    assert sort_key("علي‌اکبر") == sort_key("علی اكبر")


@given(NAMES, NAMES)
def test_what_starts_alike_lies_within_the_range(start: str, rest: str) -> None:
    low, high = prefix_range(sort_key(start))
    whole = sort_key(start) + sort_key(rest)
    assert low <= whole < high
