"""The form of codes."""

import pytest

from backoffice.rules import otp


@pytest.mark.parametrize("typed", ["123456", "۱۲۳۴۵۶", "١٢٣٤٥٦", " 123 456 ", "123-456", "\u200e123456\u200c"])
def test_a_code_is_read_in_every_script_and_grouping(typed: str) -> None:
    assert otp.read(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "123456\n123456", "²23456", "۱۲۳٬۴۵۶"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert otp.read(typed) is None


def test_a_mobile_is_masked_as_the_glossary_has_it() -> None:
    assert (otp.masked("09121234567"), otp.masked("")) == ("0912•••4567", "")


def test_a_long_host_is_left_out_where_it_would_make_a_second_sms() -> None:
    assert otp.host_line("account.ut.ac.ir", "fa") == "account.ut.ac.ir"
    assert otp.host_line("accounts.example.ac.ir", "fa") == ""
    assert otp.host_line("accounts.example.ac.ir", "en") == "accounts.example.ac.ir"
