"""/readyz with a real directory: what is down is named, quickly, and without a storm of questions."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.services import readiness, worker_lease
from tests.conftest import make_settings
from tests.hanging import hung
from tests.real.conftest import BASE_DN, SlapdFactory
from tests.real.test_directory import settings_for
from tests.views.conftest import pages

__all__ = ["pages"]


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    return slapd_factory()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    readiness._memory.known.clear()


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri,
        "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password,
        "ldap_base_dn": server.base_dn,
    }


def ready(app: Flask) -> tuple[int, Any]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.json


def test_with_database_directory_and_worker_the_desk_is_ready(app: Flask) -> None:
    worker_lease.beat("test")
    assert ready(app) == (200, {"status": "ready", "down": []})


def test_what_is_down_is_named(app: Flask, server: LocalSlapd) -> None:
    with hung(server):
        assert ready(app) == (503, {"status": "down", "down": ["worker", "directory"]})


def test_a_worker_that_was_not_seen_for_a_minute_is_down(app: Flask, later: Callable[[float], None]) -> None:
    worker_lease.beat("test")
    later(61)
    assert ready(app)[1]["down"] == ["worker"]


def test_a_page_is_not_held_up_by_a_hung_directory(app: Flask, server: LocalSlapd) -> None:
    with hung(server):
        began = time.monotonic()
        assert readiness.directory_is_down(settings_of(app))
        assert time.monotonic() - began < 2


def test_many_questions_about_a_hung_directory_are_one(app: Flask, server: LocalSlapd) -> None:
    settings = settings_of(app)
    with hung(server):
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: readiness.directory_is_down(settings), range(40)))
        took = time.monotonic() - began
    assert answers == [True] * 40
    assert took < 2 * 3


def test_a_directory_that_came_back_is_noticed_within_seconds(
    app: Flask, server: LocalSlapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(app)
    with hung(server):
        assert readiness.directory_is_down(settings)
    assert readiness.directory_is_down(settings)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + readiness.DOWN_FOR + 1)
    assert not readiness.directory_is_down(settings)


def test_a_rotated_service_password_is_an_outage(server: LocalSlapd, tmp_path: Path) -> None:
    assert readiness.directory_is_down(settings_for(server, tmp_path, ldap_bind_password="rotated"))


def test_a_directory_that_refuses_connections_is_down(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        uri = f"ldap://127.0.0.1:{taken.getsockname()[1]}"
        assert readiness.directory_is_down(make_settings(tmp_path, ldap_uri=uri, ldap_base_dn=BASE_DN))


def test_a_dump_is_up_as_long_as_the_file_is_there(tmp_path: Path) -> None:
    dump = tmp_path / "dump with space.ldif"
    settings = make_settings(tmp_path, ldap_uri=dump.as_uri(), ldap_base_dn=BASE_DN)
    assert readiness.directory_is_down(settings)
    readiness._memory.known.clear()
    dump.write_text("", "ascii")
    assert not readiness.directory_is_down(settings)
