"""Attributes with several values, and numbers written in several ways: they agree if one of them does."""

import pytest

from tests.reconcile.worlds import entry, link, only, outcome_of, row

NAMES = {"first_name": "علی", "last_name": "کریمی"}


@pytest.mark.parametrize(
    "there",
    [
        {"first_name": "Ali\x1fعلی", "last_name": "Karimi\x1fکریمی"},
        {"first_name": "علیرضا\x1fعلی", "last_name": "کریمی نژاد\x1fکریمی"},
        {"first_name": "", "last_name": "", "full_name": "Ali Karimi\x1fعلی کریمی"},
        {"first_name": "", "last_name": "", "latin_first_name": "A.\x1fAli", "latin_last_name": "K\x1fKarimi"},
        {"first_name": "", "last_name": "", "latin_full_name": "akarimi\x1fAli Karimi"},
    ],
    ids=["two scripts", "two surnames", "whole names", "Latin parts", "Latin wholes"],
)
def test_one_equal_name_of_several_is_a_match(there: dict[str, str]) -> None:
    outcome = outcome_of([row(1, **NAMES)], [entry(1, **there)])
    assert (outcome.situations["FOUND"], outcome.findings) == (1, [])


def test_no_name_of_several_equal_is_judged_by_the_nearest() -> None:
    there = {"first_name": "Ali\x1fعلی", "last_name": "Karimi\x1fرستمی\x1fکریمه"}
    finding = only(outcome_of([row(1, **NAMES)], [entry(1, **there)]))
    assert (finding.situation, finding.tier) == ("REVIEW", "T2")
    assert [(d["field"], d["directory"], d["kind"]) for d in finding.differences] == [
        ("last_name", "کریمه", "one_edit")
    ]


def test_an_account_without_code_is_found_by_one_of_its_names() -> None:
    there = {"national_code": "", "first_name": "Ali\x1fعلی", "last_name": "Karimi\x1fکریمی"}
    finding = only(outcome_of([row(1, **NAMES)], [entry(1, **there)]))
    assert (finding.situation, finding.tier) == ("FOUND", "T4b")


def test_the_whole_name_that_follows_replaces_one_value() -> None:
    there = {"last_name": "کریمه", "full_name": "Ali Karimi\x1fعلی کریمه"}
    action = only(outcome_of([row(1, **NAMES)], [entry(1, first_name="علی", **there)], [link(1)])).actions[0]
    assert (action.old["full_name"], action.new["full_name"]) == ("علی کریمه", "علی کریمی")


@pytest.mark.parametrize(
    ("field", "here", "there"),
    [("personnel_number", "98-12", "98-12"), ("personnel_number", "98-12", "9812"), ("unit_code", "12", "۱۲"),
     ("unit_code", "ع15", "ع ۱۵")],
)  # fmt: skip
def test_a_number_written_in_another_way_is_no_difference(field: str, here: str, there: str) -> None:
    outcome = outcome_of([row(1, **{field: here})], [entry(1, **{field: there})])
    assert (outcome.situations["FOUND"], outcome.findings) == (1, [])
