"""A page test runs on one of the two databases, every other one on PostgreSQL: what differs is below the pages.

So do the tests whose subject is elsewhere: a real directory (weeks of an office, changes applied to it, its faults),
or what whole plans come to. ``make soak`` runs each of them on both. Everything else below the pages always runs on
both, and so does what is about two processes at once: workers, kills, races.
"""

import os
from zlib import crc32

import pytest

_OF_DIRECTORY = (
    "account_acts", "apply", "apply_commands", "apply_faults", "canary", "claim", "demo_days", "desk_apply",
    "directory_login", "endings_days", "identity", "inverse_ldif", "limits", "permanent_pages", "profile",
    "registration", "roles",
)  # fmt: skip
_OF_PLANS = ("broken_files", "budget", "cases", "overrides", "person_merge", "reconciliation", "threeway")
_PLACES = (
    "tests/views/", "tests/cli/", *(f"tests/real/test_{name}.py" for name in _OF_DIRECTORY),
    *(f"tests/services/test_{name}.py" for name in _OF_PLANS),
)  # fmt: skip
_NAMES = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the second run of each page test; one that is written for a single database is no second run."""
    if os.environ.get("BACKOFFICE_SOAK"):
        return
    there = {item.nodeid for item in items}
    left_out = {item for item in items if _is_second(item, there)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _is_second(item: pytest.Item, there: set[str]) -> bool:
    database = _database(item)
    if database is None or not item.nodeid.startswith(_PLACES):
        return False
    neutral = item.nodeid.replace(database, "*")
    chosen = _NAMES[crc32(neutral.encode()) % len(_NAMES)]
    return database != chosen and neutral.replace("*", chosen) in there


def _database(item: pytest.Item) -> str | None:
    found = getattr(item, "callspec", None)
    name = found.params.get("database_url") if found else None
    return name if name in _NAMES else None
