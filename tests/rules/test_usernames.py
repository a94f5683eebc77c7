"""Which names may be chosen, which look like another, and which are suggested."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules import usernames
from backoffice.rules.errors import RefusedError


@pytest.mark.parametrize("name", ["m.karimi", "karimi", "ali-reza2", "a_b", "abc", "a" * 20])
def test_a_plain_name_is_allowed(name: str) -> None:
    usernames.check(name)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "a" * 21, "1ali", ".ali", "ali.", "ali..r", "ali r", "علی", "Ali", "ali@x", "0012345678", "ali\n", "a,b",
     "a=b", "a*b", "ali.-r", "аli", "a\u200bli"],
)  # fmt: skip
def test_what_has_another_shape_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="signs"):
        usernames.check(name)


@pytest.mark.parametrize(
    "name", ["admin", "adm1n", "ad.min", "postmaster", "p0stmaster", "root2", "supp0rt", "r.o.o.t", "library"]
)
def test_names_of_offices_are_kept_also_when_they_are_only_looked_like(name: str) -> None:
    with pytest.raises(RefusedError, match="office"):
        usernames.check(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("m.karimi", "mkarimi"), ("karimi", "kar1ml"), ("rnaryam", "maryam"), ("ali.so", "ali-50"), ("vvahid", "wahid")],
)
def test_names_that_the_eye_confuses_look_the_same(one: str, other: str) -> None:
    assert usernames.look(one) == usernames.look(other)


def test_names_that_nobody_confuses_look_different() -> None:
    assert len({usernames.look(name) for name in ("m.karimi", "n.karimi", "m.karami", "m.karimi2")}) == 4


def test_suggestions_begin_with_the_full_name_and_never_end() -> None:
    found = list(islice(usernames.suggestions("Maryam", "Karimi-Nia"), 6))
    assert found[:4] == ["maryam.kariminia", "m.kariminia", "mkariminia", "maryamk"]
    assert found[4:] == ["maryam.kariminia2", "maryam.kariminia3"]


def test_names_that_are_too_long_together_are_suggested_by_the_initial() -> None:
    found = list(islice(usernames.suggestions("Mohammadreza", "Shayestehkhou"), 4))
    assert found == ["m.shayestehkhou", "mshayestehkhou", "mohammadrezas", "m.shayestehkhou2"]


def test_without_a_last_name_there_is_nothing_to_suggest() -> None:
    assert list(usernames.suggestions("", "")) == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_suggestion_is_allowed(first: str, last: str) -> None:
    for name in islice(usernames.suggestions(first, last), 12):
        usernames.check(name)
