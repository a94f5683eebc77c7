"""Trying the password of an old mailbox: right, wrong, no answer, and servers that mean harm."""

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backoffice.ports import imap as bounds
from backoffice.ports import mailbox
from backoffice.ports.mailbox import MailboxDownError
from backoffice.settings import Settings
from tests.conftest import make_settings

Behaviour = Callable[[socket.socket], None]
PASSWORD = "old kettle ۷ 12"


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """A server on a free port that treats each connection so; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        behaviour(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def imap(answer: Callable[[str, str], str]) -> Behaviour:
    """An IMAP server that gives `answer(user, password)` to a login; it says goodbye to what it does not know."""

    def behave(connection: socket.socket) -> None:
        lines = connection.makefile("rwb", buffering=0)
        lines.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
        while line := lines.readline().decode():
            tag, _, rest = line.strip().partition(" ")
            if rest.upper().startswith("CAPABILITY"):
                lines.write(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n".encode())
            elif rest.upper().startswith("AUTHENTICATE PLAIN"):
                lines.write(b"+ \r\n")
                _, user, password = base64.b64decode(lines.readline()).decode().split("\0")
                lines.write(f"{tag} {answer(user, password)}\r\n".encode())
            else:
                lines.write(f"{tag} BAD no\r\n".encode())

    return behave


def at(port: int, tmp_path: Path) -> Settings:
    return make_settings(tmp_path, old_imap_url=f"imap://127.0.0.1:{port}")


def only_maryam(user: str, password: str) -> str:
    return "OK in" if (user, password) == ("m.karimi", PASSWORD) else "NO [AUTHENTICATIONFAILED] wrong"


def test_the_right_password_opens_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    with serving(imap(only_maryam)) as port:
        assert mailbox.opens("m.karimi", PASSWORD, at(port, tmp_path))
        assert not mailbox.opens("m.karimi", PASSWORD + "!", at(port, tmp_path))
        assert not mailbox.opens("s.ahmadi", PASSWORD, at(port, tmp_path))


@pytest.mark.parametrize(
    ("user", "password"),
    [("a b", "x"), ("a\r\nb", "x"), ("", "x"), ("a", ""), ("a", "x\r\ny"), ('a"', "x"), ("a", "\0")],
)
def test_what_no_mailbox_has_is_wrong_without_asking(tmp_path: Path, user: str, password: str) -> None:
    assert not mailbox.opens(user, password, at(1, tmp_path))


@pytest.mark.parametrize("url", ["", "imap://mail.example.ac.ir", "http://127.0.0.1:1", "imaps://"])
def test_without_a_safe_address_nobody_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(MailboxDownError, match="cannot be brought along"):
        mailbox.opens("a", "b", make_settings(tmp_path, old_imap_url=url))


def close(connection: socket.socket) -> None:
    del connection


def chatter(connection: socket.socket) -> None:
    try:
        while True:
            connection.sendall(b"* OK " + b"x" * 60_000)
    except OSError:
        return


def huge_literal(connection: socket.socket) -> None:
    connection.sendall(b"* OK ready\r\n")
    connection.recv(1000)
    connection.sendall(b"* CAPABILITY {999999999}\r\n" + b"x" * 100_000)


def silence(connection: socket.socket) -> None:
    connection.recv(1000)


def drip(connection: socket.socket) -> None:
    try:
        for sign in b"* OK slow" * 1000:
            connection.sendall(bytes([sign]))
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.parametrize("behaviour", [close, chatter, huge_literal, silence, drip])
def test_a_server_that_means_harm_is_an_outage_in_bounded_time(
    tmp_path: Path, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "TIMEOUT", 0.5)
    monkeypatch.setattr(bounds, "WHOLE_TIME", 1.0)
    began = time.monotonic()
    with serving(behaviour) as port, pytest.raises(MailboxDownError, match="does not mean that it is wrong"):
        mailbox.opens("a", "b", at(port, tmp_path))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("answer", ["NO [UNAVAILABLE] later", "NO [LIMIT] too many", "BAD what"])
def test_a_server_that_cannot_tell_is_an_outage(tmp_path: Path, answer: str) -> None:
    with serving(imap(lambda *_: answer)) as port, pytest.raises(MailboxDownError):
        mailbox.opens("a", "b", at(port, tmp_path))


def test_nobody_there_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(MailboxDownError):
        mailbox.opens("a", "b", at(1, tmp_path))
