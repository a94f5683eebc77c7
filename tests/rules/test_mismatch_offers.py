"""What the desk is offered about a refused registration."""

from backoffice.rules import mismatch_offers


def test_each_near_code_is_offered_once_and_dates_are_no_codes() -> None:
    hints = [
        {"hint": "CODE_ONE_DIGIT", "national_code": "0012345679"}, {"hint": "BIRTH_ONE_DAY", "hr": "1980-05-21"},
        {"hint": "SAME_NAME_AND_BIRTH", "national_code": "0012345679"},
    ]  # fmt: skip
    assert [row["national_code"] for row in mismatch_offers.near_rows({"hints": hints})] == ["0012345679"]
    assert mismatch_offers.near_rows({}) == []
