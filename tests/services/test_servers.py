"""Whether the servers around us answer: asked once, remembered, and never waited for longer than told."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.services import servers
from backoffice.settings import Settings
from tests.conftest import make_settings

NOBODY = "http://127.0.0.1:1"
LONG = 20.0


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def url(server: socket.socket, scheme: str) -> str:
    return f"{scheme}://127.0.0.1:{server.getsockname()[1]}"


def gateway(tmp_path: Path, address: str, **more: object) -> Settings:
    return make_settings(tmp_path, sms_provider="http", sms_url=address, **more)


def test_without_servers_in_the_settings_nobody_is_asked(tmp_path: Path) -> None:
    assert servers.look(make_settings(tmp_path), patience=0) == []


def test_one_that_answers_and_those_that_do_not_are_told_apart(tmp_path: Path, listening: socket.socket) -> None:
    settings = gateway(
        tmp_path, url(listening, "http"), smtp_url="smtp://127.0.0.1:1", mail_from="desk@example.ac.ir",
        old_imap_url="imap://127.0.0.1:1", civil_registry_provider="http", civil_registry_url=NOBODY,
        mobile_owner_provider="http", mobile_owner_url=NOBODY,
    )  # fmt: skip
    found = {one.name: str(one.fault or "") for one in servers.look(settings, patience=LONG)}
    away = dict.fromkeys(("smtp", "old_imap", "civil_registry", "mobile_owner"), "127.0.0.1 cannot be reached.")
    assert found == {"sms": "", **away}


def test_an_answer_is_remembered_and_a_fault_looked_at_again_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = gateway(tmp_path, url(server, "http"))
        assert servers.look(settings, patience=LONG)[0].fault is None
    assert servers.look(settings, patience=LONG)[0].fault is None
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + servers.FINE_FOR)
    assert servers.look(settings, patience=LONG)[0].fault
    with socket.create_server(server_address(settings)):
        assert servers.look(settings, patience=LONG)[0].fault
        monkeypatch.setattr(time, "monotonic", lambda: now + servers.FINE_FOR + servers.DOWN_FOR)
        assert servers.look(settings, patience=LONG)[0].fault is None


def server_address(settings: Settings) -> tuple[str, int]:
    host, _, port = settings.sms_url.removeprefix("http://").partition(":")
    return host, int(port)


def test_one_that_hangs_is_not_waited_for_and_is_told_once_it_gives_up(
    tmp_path: Path, listening: socket.socket
) -> None:
    settings = make_settings(tmp_path, old_imap_url=url(listening, "imap"))
    (hanging,) = servers.look(settings, patience=0)
    assert (hanging.is_known, hanging.fault) == (False, None)
    connection, _address = listening.accept()
    connection.close()
    (given_up,) = servers.look(settings, patience=LONG)
    assert given_up.is_known
    assert str(given_up.fault) == "127.0.0.1 cannot be reached."
