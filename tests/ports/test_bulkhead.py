"""The places before the services around the desk, and what who finds none is told."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backoffice.ports import bulkhead, mailbox
from backoffice.ports.bulkhead import DIRECTORY, OLD_MAIL, OWNER, REGISTRY, FullError, place
from backoffice.ports.directory import DirectoryUnavailable, open_directory
from backoffice.ports.mailbox import DOWN, MailboxDownError
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.rules.inquiry import Answer
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.identity_claims import claim
from tests.reconcile.worlds import code


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A desk of two processes: one of them may wait for a service."""
    monkeypatch.setattr(bulkhead, "_lines", {})
    monkeypatch.setattr(bulkhead, "PATIENCE", 0.01)
    bulkhead.form(2)
    yield
    close()


def close() -> None:
    for line in bulkhead._lines.values():
        line.close()


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose services are all one that never answers, and would be noticed if it were asked."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        yield make_settings(
            tmp_path, ldap_uri=f"ldap://{place}", ldap_base_dn="dc=x", old_imap_url=f"imap://{place}",
            civil_registry_provider="http", civil_registry_url=f"http://{place}/",
            mobile_owner_provider="http", mobile_owner_url=f"http://{place}/",
        )  # fmt: skip
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.mark.parametrize(("processes", "places"), [(1, 1), (2, 1), (3, 1), (4, 1), (8, 3), (16, 7)])
def test_fewer_than_half_of_the_processes_wait_for_a_service(processes: int, places: int) -> None:
    close()
    bulkhead.form(processes)
    with ExitStack() as held:
        for _ in range(places):
            held.enter_context(place(DIRECTORY))
        with pytest.raises(FullError):
            held.enter_context(place(DIRECTORY))
        held.enter_context(place(REGISTRY))


def test_a_place_comes_back_whatever_happened_and_the_next_one_gets_it_at_once() -> None:
    with pytest.raises(ZeroDivisionError), place(OWNER):
        with pytest.raises(FullError), place(OWNER):
            pass
        1 / 0  # noqa: B018
    with place(OWNER):
        pass


def test_without_a_desk_of_processes_nobody_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkhead, "_lines", {})
    with ExitStack() as held:
        for _ in range(10):
            held.enter_context(place(DIRECTORY))


@pytest.mark.parametrize("profile", ["page", "probe"])
def test_no_place_before_the_directory_is_an_outage(around: Settings, profile: str) -> None:
    with (
        place(DIRECTORY),
        pytest.raises(DirectoryUnavailable, match="asked it before"),
        open_directory(around, profile=profile),  # type: ignore[arg-type]
    ):
        pass


def test_a_place_before_the_directory_is_held_while_it_is_open(around: Settings) -> None:
    with open_directory(around, profile="page"), pytest.raises(FullError), place(DIRECTORY):
        pass
    with place(DIRECTORY), open_directory(around, profile="bulk"):
        pass


def test_no_place_before_the_registry_or_the_owners_is_no_answer(around: Settings) -> None:
    registry, owners = open_registry(around), open_mobile_owner(around)
    assert registry
    assert owners
    with place(REGISTRY), place(OWNER):
        assert registry.ask(claim()) is Answer.UNAVAILABLE
        assert owners.ask(code(1), "09121234567") is Answer.UNAVAILABLE


def test_no_place_before_the_old_mail_server_says_nothing_of_the_password(around: Settings) -> None:
    with place(OLD_MAIL), pytest.raises(MailboxDownError) as told:
        mailbox.opens("m.karimi", "old kettle 12", around)
    assert told.value.message == DOWN
