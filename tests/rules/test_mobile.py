import pytest

from backoffice.rules.mobile import canonical


@pytest.mark.parametrize(
    "written",
    [
        "09121234567", "9121234567", "+989121234567", "00989121234567", "989121234567", "۰۹۱۲۱۲۳۴۵۶۷", "0912 123 45-67",
        "\u202a+98 912 123 4567\u202c",
    ],
)  # fmt: skip
def test_every_way_to_write_a_mobile_becomes_one(written: str) -> None:
    assert canonical(written) == "09121234567"


@pytest.mark.parametrize("written", ["", "02161111", "0912123456", "091212345678", "09x21234567", "+19121234567"])
def test_what_is_no_mobile_is_none(written: str) -> None:
    assert canonical(written) is None
