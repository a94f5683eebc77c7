"""The national code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules import national_code


@given(st.text("0123456789", min_size=9, max_size=9))
def test_a_code_with_its_check_digit_is_valid(nine: str) -> None:
    code = f"{nine}{national_code.check_digit(nine)}"
    assert national_code.is_valid(code) == (len(set(code)) > 1)


@pytest.mark.parametrize("digit", "0123456789")
def test_repdigits_are_refused(digit: str) -> None:
    assert not national_code.is_valid(digit * 10)


@pytest.mark.parametrize("code", ["", "123", "۰۰۱۲۳۴۵۶۷۹", "00123456790", "0012345670", "001234567a"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert not national_code.is_valid(code)


def test_digits_spaces_and_marks_are_folded() -> None:
    assert national_code.normalise(" ۰۰۱-۲۳٤ 5679\u200f") == "0012345679"


def test_lost_zeros_are_given_back() -> None:
    assert national_code.pad("12345679") == "0012345679"
    assert national_code.pad("1234567") == "1234567"
