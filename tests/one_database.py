"""A page test runs on one of the two databases, every other one on PostgreSQL: what differs is below the pages.

So do the tests that play whole weeks of an office, that compare HR with the directory time and again, and in which a
file or another server is at fault. ``make soak`` runs each of them on both. Everything else below the pages always runs
on both.
"""

import os
from zlib import crc32

import pytest

_PLACES = (
    "tests/views/",
    "tests/cli/",
    "tests/real/test_account_acts.py",
    "tests/real/test_accounts_killed.py::test_killed_at_random_moments",
    "tests/real/test_apply_commands.py",
    "tests/real/test_apply_faults.py",
    "tests/real/test_canary.py",
    "tests/real/test_demo_days.py",
    "tests/real/test_desk_apply.py",
    "tests/real/test_directory_login.py",
    "tests/real/test_endings_days.py",
    "tests/real/test_inverse_ldif.py",
    "tests/real/test_limits.py",
    "tests/real/test_mail_moves_faults.py",
    "tests/real/test_mail_moves_hostile.py",
    "tests/real/test_mail_moves_left.py",
    "tests/real/test_permanent_pages.py",
    "tests/real/test_profile.py",
    "tests/real/test_promotion_killed.py::test_killed_at_random_moments",
    "tests/real/test_readiness.py",
    "tests/services/test_broken_files.py",
    "tests/services/test_budget.py::test_without_a_release",
    "tests/services/test_cases.py",
    "tests/services/test_hr_answers.py",
    "tests/services/test_overrides.py",
    "tests/services/test_person_merge.py",
    "tests/services/test_reconciliation.py",
    "tests/services/test_threeway.py",
    "tests/services/test_what_if.py",
)
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
