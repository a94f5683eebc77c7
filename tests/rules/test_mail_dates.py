"""Internal dates of messages become moments; a hostile server may write anything."""

import datetime as dt

import pytest

from backoffice.rules.mail_dates import moment_of


def test_a_date_is_a_moment() -> None:
    assert moment_of("17-Jul-2019 02:44:25 +0430") == dt.datetime(2019, 7, 16, 22, 14, 25, tzinfo=dt.UTC)
    assert moment_of(" 1-jan-2001 00:00:00 -0100") == dt.datetime(2001, 1, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "31-Feb-2019 00:00:00 +0000", "01-Foo-2019 00:00:00 +0000", "01-Jan-0001 00:00:00 +0000",
     "01-Jan-9999 00:00:00 -0000", "01-Jan-2019 25:00:00 +0000", "01-Jan-2019 00:00:00 +9999"],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert moment_of(written) is None
