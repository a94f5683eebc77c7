"""How far an account opens the profile."""

import datetime as dt

import pytest

from backoffice.rules.profile_access import Access, access_of

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "ends_in", "open_"),
    [
        ("temporary", 1, Access.FULL),
        ("temporary", 0, Access.FULL),
        ("temporary", -1, Access.GRACE),
        ("expired", -14, Access.GRACE),
        ("expired", -15, Access.NONE),
        ("temporary", -15, Access.NONE),
        ("locked", 1, Access.NONE),
        ("creating", 1, Access.NONE),
        ("purged", 1, Access.NONE),
        ("permanent", None, Access.FULL),
        ("locked", None, Access.NONE),
        ("temporary", None, Access.NONE),
    ],
)
def test_what_an_account_opens(state: str, ends_in: int | None, open_: Access) -> None:
    ends = None if ends_in is None else NOW + ends_in * DAY
    assert access_of(state, ends, NOW, 14) is open_
