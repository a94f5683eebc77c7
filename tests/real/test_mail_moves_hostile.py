"""An old mail server that is hostile or broken: refused or contained in bounded time and memory, the worker alive."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db
from backoffice.ports import imap_wire
from backoffice.ports.imap import Address
from backoffice.ports.imap_open import opened
from backoffice.ports.imap_session import Session
from backoffice.ports.mail_server import MailServer
from backoffice.ports.transport import TransportError
from tests.cutting import CuttingProxy
from tests.real.moving import PASSWORD, content, fill, mail, make_move, overrides_of, the_move, work

Answer = Callable[[bytes, str], bytes]
GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n"


class Hostile:
    """Answers what a test says, on a free port; ``said`` is every line it was sent."""

    def __init__(self, answer: Answer, greeting: bytes = GREETING) -> None:
        self._answer, self._greeting = answer, greeting
        self._server = socket.create_server(("127.0.0.1", 0))
        self.said: list[bytes] = []
        self.server = MailServer("old_imap", Address(f"imap://127.0.0.1:{self._server.getsockname()[1]}"))
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                with suppress(OSError), client:
                    self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        client.sendall(self._greeting)
        for line in client.makefile("rb"):
            self.said.append(line)
            tag, _, command = line.partition(b" ")
            word = command.split(b" ")[0].strip().decode("latin-1").upper()
            word = command.split(b" ")[1].strip().decode("latin-1").upper() if word == "UID" else word
            if word == "AUTHENTICATE":
                self._last_tag = tag
                client.sendall(b"+ \r\n")
                continue
            if not command:
                client.sendall(self._last_tag + b" OK in\r\n")
                continue
            self._last_tag = tag
            client.sendall(self._answer(tag, word))

    _last_tag = b""


def ok(tag: bytes, word: str, untagged: bytes = b"") -> bytes:
    usual = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n",
    }
    return usual.get(word, b"") + untagged + tag + b" OK done\r\n"


def saying(word: str, untagged: bytes) -> Answer:
    """Give a server that says this to one command, and is sensible otherwise."""
    return lambda tag, asked: ok(tag, asked, untagged if asked == word else b"")


@contextmanager
def session_with(answer: Answer, greeting: bytes = GREETING) -> Iterator[tuple[Session, Hostile]]:
    hostile = Hostile(answer, greeting)
    hostile._last_tag = b"x"
    try:
        with opened(hostile.server, "somebody", "secret") as session:
            yield session, hostile
    finally:
        hostile.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_wire, "GREETING_SECONDS", 0.5)
    monkeypatch.setattr(imap_wire, "STALL_SECONDS", 0.5)


@pytest.mark.parametrize("greeting", [b"* OK " + b"x" * 3_000_000, b"* OK hello\r\n" * 100_000, b""])
def test_a_banner_without_end_and_a_silent_server_are_given_up(greeting: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(TransportError), session_with(ok, greeting):
        pass
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 1 BODY[] {999999999}\r\n",
        b"* 1 FETCH (UID 1 FLAGS (" + b"(" * 50_000 + b"\r\n",
        b"* 1 FETCH (UID 99999999999999 FLAGS ())\r\n",
        b"x" * 2_000_000,
        b"* BYE\r\n",
    ],
)
def test_a_literal_or_line_larger_than_asked_for_is_not_read(answer: bytes) -> None:
    with session_with(saying("FETCH", answer)) as (session, _):
        session.select("INBOX")
        with suppress(TransportError):
            assert session.describe([1]) == []
        with suppress(TransportError):
            assert session.contents([]) == {}


def test_a_server_that_stops_in_the_middle_is_given_up() -> None:
    def stalls(tag: bytes, word: str) -> bytes:
        return b"* 1 FETCH (UID 1 " if word == "FETCH" else ok(tag, word)

    began = time.monotonic()
    with session_with(stalls) as (session, _):
        session.select("INBOX")
        with pytest.raises(TransportError):
            session.describe([1])
    assert time.monotonic() - began < 5


def test_names_and_flags_cannot_become_commands() -> None:
    evil = b'* LIST () "/" {14}\r\nX\r\nA1 DELETE Y\r\n* LIST () "/" "../../x"\r\n* LIST () "/" "\xff"\r\n'
    flags = b'* 1 FETCH (UID 1 FLAGS (\\Seen a"b c{3} $ok) INTERNALDATE "x\ry" RFC822.SIZE 1)\r\n'

    def answer(tag: bytes, word: str) -> bytes:
        return ok(tag, word, {"LIST": evil, "FETCH": flags}.get(word, b""))

    with session_with(answer) as (session, hostile):
        session.select("INBOX")
        (described,) = session.describe([1])
        assert (described.flags, described.date) == (("$ok", "\\Seen"), "")
        with suppress(TransportError):
            session.folders()
    assert not [line for line in hostile.said if b"DELETE" in line]


@pytest.mark.parametrize("name", ["a\r\nA1 LOGOUT", "a b", "*", "a" * 300, ""])
def test_a_strange_user_name_never_reaches_a_server(name: str) -> None:
    from backoffice.ports import imap  # noqa: PLC0415

    assert not imap.is_user(name)


def test_only_tls_or_this_machine() -> None:
    with pytest.raises(TransportError), opened(MailServer("old_imap", Address("imap://mail.example.org")), "u", "p"):
        pass


class HostileAtFirst(Hostile):
    """Is hostile to the first connection, and passes all others on to a real server."""

    def __init__(self, answer: Answer, port: int) -> None:
        self._real, self._met = CuttingProxy(port), False
        super().__init__(answer)

    def _talk(self, client: socket.socket) -> None:
        if not self._met:
            self._met = True
            super()._talk(client)
            return
        there = socket.create_connection(("127.0.0.1", self._real._target))
        threading.Thread(target=self._real._answer, args=(there, client), daemon=True).start()
        self._real._send(client, there, None)


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> Iterator[dict[str, object]]:
    answer = getattr(request, "param", None)
    if answer is None:
        yield {}
        return
    old, new = request.getfixturevalue("old_mail"), request.getfixturevalue("new_mail")
    hostile = HostileAtFirst(answer, old.port)
    yield {**overrides_of(old, new), "old_imap_url": hostile.server.address.url}
    hostile.close()


@pytest.mark.parametrize(
    "overrides",
    [saying("LIST", b'* LIST () "/" "../../x"\r\n* LIST () "/" {999999999}\r\n'), saying("STATUS", b"x" * 2_000_000)],
    ids=["literal", "line"],
    indirect=True,
)
def test_the_job_outlives_a_hostile_server_and_moves_the_next_mailbox(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    names = [f"{who}.{db.engine.name}.{time.monotonic_ns()}" for who in ("met", "next")]
    for name in names:
        old_mail.add_users({name: PASSWORD})
        new_mail.add_users({name: "another one 34"})
        fill(old_mail, name, {"INBOX": [mail(1)]})
    met, following = [make_move(app, name) for name in names]
    began = time.monotonic()
    move = work(app, following)
    assert time.monotonic() - began < 10
    assert (move.state, the_move(met).messages_done) == ("done", 0)
    assert content(new_mail, names[1], "/") == content(old_mail, names[1], ".")
