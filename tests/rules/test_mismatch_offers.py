"""What the desk is offered about a refused registration."""

import pytest

from backoffice.rules import mismatch_offers


def test_each_near_code_is_offered_once_and_dates_are_no_codes() -> None:
    hints = [
        {"hint": "CODE_ONE_DIGIT", "national_code": "0012345679"}, {"hint": "BIRTH_ONE_DAY", "hr": "1980-05-21"},
        {"hint": "SAME_NAME_AND_BIRTH", "national_code": "0012345679"},
    ]  # fmt: skip
    assert [row["national_code"] for row in mismatch_offers.near_rows({"hints": hints})] == ["0012345679"]
    assert mismatch_offers.near_rows({}) == []


def offers(*causes: str, **known: bool) -> list[str]:
    usual = {"has_entry": True, "has_hr": True, "has_contact": True}
    return [str(act) for act in mismatch_offers.offered(causes, **{**usual, **known})]


@pytest.mark.parametrize(
    ("cause", "known", "first"),
    [
        ("DUPLICATE_IN_HR", {}, "choose"),
        ("EXISTS_EXPIRED", {"may_extend": True}, "extend"),
        ("EXISTS_EXPIRED", {"may_extend": True, "may_log_in": True}, "extend"),
        ("EXISTS_EXPIRED", {"may_log_in": True}, "log_in"),
        ("EXISTS_TEMPORARY", {"may_log_in": True}, "log_in"),
        ("EXISTS_STAFF", {"may_log_in": True}, "log_in"),
        ("EXISTS_STAFF", {}, "link"),
        ("EXISTS_STUDENT", {}, "link"),
        ("EXISTS_EXPIRED", {}, "ask"),
    ],
)
def test_the_first_fix_of_who_has_an_account_is_offered_first(cause: str, known: dict[str, bool], first: str) -> None:
    assert offers(cause, **known)[0] == first


def test_what_was_mistyped_comes_before_the_account_of_whoever_has_the_code() -> None:
    assert offers("NAME_DIFFERS", "EXISTS_TEMPORARY", may_log_in=True)[:2] == ["correct", "log_in"]


def test_an_account_nobody_owns_is_adopted_by_whom_hr_does_not_know_and_linked_to_whom_it_knows() -> None:
    orphan = ("NC_NOT_IN_HR", "EXISTS_ORPHAN")
    assert offers(*orphan, has_hr=False) == ["correct", "adopt", "to_hr", "ask", "refuse"]
    assert "adopt" not in offers("EXISTS_STAFF", has_hr=False) + offers(*orphan, has_hr=False, has_entry=False)
    assert [act for act in offers("EXISTS_ORPHAN") if act in ("link", "adopt")] == ["link"]


def test_of_an_account_holders_rows_that_disagree_one_is_chosen_before_hr_is_right() -> None:
    assert offers("DUPLICATE_IN_HR", is_holder=True)[0] == "choose"
    assert offers("NAME_DIFFERS", is_holder=True)[0] == "hr_right"


def test_who_has_an_account_and_differs_from_hr_is_not_told_to_log_in() -> None:
    assert "log_in" not in offers("NAME_DIFFERS", is_holder=True, may_log_in=True)


def test_the_days_offered_keep_to_the_setting() -> None:
    assert mismatch_offers.extension_days(30) == (30, 14, 7)
    assert mismatch_offers.extension_days(20) == (14, 7)
    assert mismatch_offers.extension_days(3) == (3,)
