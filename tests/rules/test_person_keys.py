"""What people of the register are found and sorted by."""

import pytest

from backoffice.rules.latin import skeleton
from backoffice.rules.person_keys import keys_of
from backoffice.rules.sort_key import sort_key
from backoffice.rules.text import n2


def keys(first: str, last: str, full: str = "") -> dict[str, str]:
    return keys_of(n2(first), n2(last), n2(full))


def test_people_are_sorted_by_last_name() -> None:
    people = [("زهرا", "گلابی"), ("علی", "پارسا"), ("رضا", "پارسا"), ("مریم", "احمدی")]
    ordered = sorted(people, key=lambda name: keys(*name)["sort_key"])
    assert ordered == [people[3], people[2], people[1], people[0]]


@pytest.mark.parametrize("spelling", [("محمدرضا", "كريمي"), ("محمد رضا", "کریمی"), ("محمد‌رضا", "کریمی")])
def test_spelling_does_not_matter(spelling: tuple[str, str]) -> None:
    assert keys(*spelling) == keys("محمدرضا", "کریمی")


def test_a_person_with_a_full_name_only_is_found_and_sorted_by_it() -> None:
    found = keys("", "", "مریم کریمی")
    assert (found["search_key"], found["sort_key"]) == (n2("مریم کریمی"), sort_key("مریم کریمی"))
    assert found["skeleton"] == found["skeleton_last_first"] == skeleton("مریم کریمی")
