"""A program of the operator's copies the mailbox first: what it brings counts, what it leaves is brought by us."""

import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.dovecot_files import CONFIG, FOLDER_FD, command
from backoffice.extensions import db
from backoffice.models import MovedMessage
from backoffice.ports.imap_session import Session
from backoffice.services import mail_move_first
from tests.real.moving import content, fill, mail, make_move, overrides_of, work

# The ledger is tried on both databases by other tests.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROGRAM = Path(__file__).parents[2] / "deploy" / "dovecot" / "copy-mailbox"
PASSWORD = 'a "quoted" 50% \\ of $it'
FOLDERS = {
    "INBOX": [mail(1, flags="\\Seen"), mail(2, flags="\\Answered $Forwarded"), mail(2)],
    "Archive.2019": [mail(3), mail(3)],
    "&BiMGMQY0BsweBg-": [mail(4, 70_000)],
    "Empty": [],
}
GIVEN_UP = [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(3)"]


def the_program(new: LocalDovecot) -> list[str]:
    """The program that comes with us, as the user of the server, with the server's own configuration."""
    python = shlex.join(command(sys.executable, str(PROGRAM), "--config", CONFIG, "/usr/bin/doveadm"))
    return ["bash", "-c", f'exec {FOLDER_FD}<"$0" && exec {python}', str(new.files.server)]


@pytest.fixture
def overrides(old_mail: LocalDovecot, new_mail: LocalDovecot, request: pytest.FixtureRequest) -> dict[str, object]:
    words = getattr(request, "param", None) or the_program(new_mail)
    return overrides_of(old_mail, new_mail, first_command=words)


@pytest.fixture
def appended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages we stored ourselves, with each command."""
    numbers, append = list[int](), Session.append

    def noted(session: Session, name: str, messages: list[object]) -> list[int]:
        numbers.append(len(messages))
        return append(session, name, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "append", noted)
    return numbers


def begin(app: Flask, old: LocalDovecot, new: LocalDovecot, name: str, folders: dict[str, list] = FOLDERS) -> int:  # type: ignore[type-arg]
    old.add_users({name: PASSWORD})
    new.add_users({name: "another one 34"})
    fill(old, name, folders)
    return make_move(app, name, PASSWORD)


def same(old: LocalDovecot, new: LocalDovecot, name: str) -> bool:
    there = content(new, name, new.separator)
    return content(old, name, old.separator) == there and bool(there)


def test_what_the_program_brought_is_in_the_ledger_and_not_stored_again(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, appended: list[int]
) -> None:
    move = work(app, begin(app, old_mail, new_mail, "first.all"))
    assert (move.state, move.messages_done, move.messages) == ("done", 6, 6)
    assert same(old_mail, new_mail, "first.all")
    assert appended == []
    rows = db.session.execute(sa.select(MovedMessage.state, MovedMessage.target_uid, MovedMessage.verified)).all()
    assert {(state, uid is not None, verified) for state, uid, verified in rows} == {("copied", True, True)}


@pytest.mark.parametrize("overrides", [GIVEN_UP, ["no-such-program"]], indirect=True, ids=["fails", "is not there"])
def test_without_its_help_every_message_is_brought_by_us(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, appended: list[int]
) -> None:
    name = f"first.{len(app.extensions['settings'].mail_move.first_command)}"
    move = work(app, begin(app, old_mail, new_mail, name))
    assert (move.state, move.messages_done) == ("done", 6)
    assert same(old_mail, new_mail, name)
    assert sum(appended) == 6


def test_what_it_left_is_brought_by_us_and_nothing_twice(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, monkeypatch: pytest.MonkeyPatch, appended: list[int]
) -> None:
    """As where it was killed half-way: some of the messages that were begun are there."""

    def half(*_given: object) -> None:
        fill(new_mail, "first.half", {"INBOX": FOLDERS["INBOX"][1:], "Archive/2019": FOLDERS["Archive.2019"][:1]})

    monkeypatch.setattr(mail_move_first, "_run", half)
    move = work(app, begin(app, old_mail, new_mail, "first.half"))
    assert (move.state, move.messages_done) == ("done", 6)
    assert same(old_mail, new_mail, "first.half")
    assert sum(appended) == 3


@pytest.mark.parametrize(
    ("name", "folders", "there"),
    [
        ("first.full", FOLDERS, {"INBOX": [mail(9)]}),
        ("first.names", {**FOLDERS, "half%": [mail(5)]}, {}),
    ],
)
def test_a_mailbox_that_is_not_new_or_named_otherwise_is_moved_by_us_alone(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, monkeypatch: pytest.MonkeyPatch,
    name: str, folders: dict[str, list], there: dict[str, list],  # type: ignore[type-arg]
) -> None:  # fmt: skip
    monkeypatch.setattr(mail_move_first, "_run", lambda *_given: pytest.fail("the program was started"))
    number = begin(app, old_mail, new_mail, name, folders)
    fill(new_mail, name, there)
    assert work(app, number).state == "done"
    missing = content(old_mail, name, old_mail.separator) - content(new_mail, name, new_mail.separator)
    assert {folder for folder, *_ in missing} <= {"half%"}


def test_the_password_stands_in_no_argument_and_no_environment(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    # Whatever user the servers run as has to write there.
    with TemporaryDirectory() as folder:
        noted = _spied(app, old_mail, new_mail, Path(folder))
    assert "first.spied" in noted
    assert PASSWORD not in noted
    assert "quoted" not in noted


def _spied(app: Flask, old: LocalDovecot, new: LocalDovecot, folder: Path) -> str:
    """Move a mailbox with a doveadm that writes its arguments and environment down; give them."""
    folder.chmod(0o777)
    seen, spy = folder / "seen", folder / "doveadm"
    spy.write_text(f'#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > {seen}\nexec /usr/bin/doveadm "$@"\n')
    spy.chmod(0o755)
    words = the_program(new)
    words[2] = words[2].replace("/usr/bin/doveadm", str(spy))
    moving = app.extensions["settings"]
    app.extensions["settings"] = moving.model_copy(
        update={"mail_move": moving.mail_move.model_copy(update={"first_command": tuple(words)})}
    )
    assert work(app, begin(app, old, new, "first.spied")).state == "done"
    return seen.read_text()
