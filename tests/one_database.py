"""A page test runs on one of the two databases, every other one on PostgreSQL: what differs is below the pages.

``make soak`` runs each of them on both. Everything below the pages always runs on both.
"""

import os
from zlib import crc32

import pytest

_FOLDERS = ("tests/views/", "tests/cli/")
_NAMES = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the second run of each page test."""
    if os.environ.get("BACKOFFICE_SOAK"):
        return
    left_out = [item for item in items if _is_second(item)]
    items[:] = [item for item in items if item not in set(left_out)]
    config.hook.pytest_deselected(items=left_out)


def _is_second(item: pytest.Item) -> bool:
    database = _database(item)
    if database is None or not item.nodeid.startswith(_FOLDERS):
        return False
    neutral = item.nodeid.replace(database, "")
    return _NAMES[crc32(neutral.encode()) % len(_NAMES)] != database


def _database(item: pytest.Item) -> str | None:
    found = getattr(item, "callspec", None)
    name = found.params.get("database_url") if found else None
    return name if name in _NAMES else None
