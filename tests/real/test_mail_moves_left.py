"""What the old server does not let us move is said, never left out in silence; the rest moves."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db, settings_of
from backoffice.models import MailMove, MovedMessage, MoveFolder
from backoffice.ports import imap_faults, imap_session
from backoffice.ports.imap_faults import TOO_MANY_FOLDERS
from backoffice.rules.mail_folders import Place
from backoffice.services import mail_move_copy, mail_move_password, mail_move_plan, mail_move_run, mail_moves
from tests.cutting import CuttingProxy
from tests.real.moving import PASSWORD, content, entered, fill, mail, make_move, overrides_of, the_move, work
from tests.real.test_mail_moves_hostile import ok, session_with

FOLDERS = {"INBOX": [mail(1), mail(2), mail(3)], "Odd": [mail(4)], "Work.Deep": [mail(5)]}


@pytest.fixture
def overrides(
    request: pytest.FixtureRequest, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> Iterator[dict[str, object]]:
    """Stand before the old server, and change words of what it says."""
    with CuttingProxy(old_mail.port, words=getattr(request, "param", {})) as proxy:
        yield {**overrides_of(old_mail, new_mail), "old_imap_url": proxy.url}


def begin(app: Flask, old: LocalDovecot, new: LocalDovecot, name: str) -> tuple[int, str]:
    full = f"{name}.{db.engine.name}"
    old.add_users({full: PASSWORD})
    new.add_users({full: "another one 34"})
    fill(old, full, FOLDERS)
    return make_move(app, full), full


@pytest.mark.parametrize("overrides", [{b"* 2 FETCH (UID 2 BODY[]": b"* 2 FETCH (UID 9 BODY[]"}], indirect=True)
def test_a_message_that_is_listed_but_not_given_is_reported(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, name = begin(app, old_mail, new_mail, "kept")
    move = work(app, move_id)
    assert (move.state, move.failure, move.messages_done, move.refused) == ("failed", "partial", 4, 1)
    left = db.session.scalars(sa.select(MovedMessage).where(MovedMessage.state == "refused")).one()
    assert (left.uid, left.detail, left.date) == (2, mail_move_copy.NOT_GIVEN, "16-Jul-2019 22:14:25 +0000")
    assert left.size > 200
    assert sum((content(old_mail, name, ".") - content(new_mail, name, "/")).values()) == 1


@pytest.mark.parametrize("overrides", [{b"* 2 FETCH (UID 2 FLAGS": b"* 2 FETCH (UID 1 FLAGS"}], indirect=True)
def test_a_message_that_is_described_under_the_number_of_another_counts_as_there(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, _name = begin(app, old_mail, new_mail, "repeated")
    for _ in range(2):
        move = work(app, move_id)
        assert (move.state, move.messages, move.messages_done, move.refused) == ("failed", 5, 4, 1)
        mail_moves.retry(move_id, actor="amiri")


@pytest.mark.parametrize("overrides", [{b') "." Odd\r': b') "." "\xc3\x96dd"\r'}], indirect=True)
def test_a_folder_whose_name_cannot_be_asked_for_is_reported(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, _name = begin(app, old_mail, new_mail, "named")
    for _ in range(2):
        move = work(app, move_id)
        assert (move.state, move.failure, move.messages_done) == ("failed", "partial", 4)
        said = db.session.execute(sa.select(MoveFolder.name, MoveFolder.detail).where(MoveFolder.detail != "")).all()
        assert [tuple(row) for row in said] == [("Ödd", mail_move_plan.UNUSABLE)]
        mail_moves.retry(move_id, actor="amiri")


@pytest.mark.parametrize("overrides", [{b"OK Status completed": b"NO Status completed"}], indirect=True)
def test_a_server_that_does_not_say_how_much_there_is_stops_nothing(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, name = begin(app, old_mail, new_mail, "unsaid")
    assert work(app, move_id).state == "done"
    assert content(new_mail, name, "/") == content(old_mail, name, ".")


def test_a_folder_that_cannot_be_opened_is_reported_although_the_other_end_is_as_it_was(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, name = begin(app, old_mail, new_mail, "closed")
    move = work_while_closed(app, old_mail, move_id, name)
    assert (move.state, move.failure, move.messages_done) == ("failed", "partial", 4)
    said = db.session.execute(sa.select(MoveFolder.name, MoveFolder.detail).where(MoveFolder.detail != "")).all()
    assert [tuple(row) for row in said] == [("Odd", imap_faults.REFUSED)]
    mail_moves.retry(move_id, actor="amiri")
    assert work(app, move_id).state == "done"
    assert content(new_mail, name, "/") == content(old_mail, name, ".")


def test_a_folder_that_was_deleted_meanwhile_is_no_fault(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, name = begin(app, old_mail, new_mail, "deleted")
    work_while_closed(app, old_mail, move_id, name)
    with entered(old_mail, name) as connection:
        connection.delete("Odd")
        connection.select()
        connection.store("1", "+FLAGS", "\\Deleted")
        connection.expunge()
    mail_moves.retry(move_id, actor="amiri")
    move = work(app, move_id)
    assert (move.state, move.messages, move.messages_done) == ("done", 4, 4)


def test_without_the_password_that_was_erased_it_is_asked_for_again(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id, _name = begin(app, old_mail, new_mail, "erased")
    assert work(app, move_id).state == "done"
    mail_moves.retry(move_id, actor="amiri")
    move = work(app, move_id)
    assert (move.state, move.failure, move.detail) == ("failed", "auth", mail_move_run.ERASED)
    mail_move_password.ask(move_id, actor="amiri", settings=settings_of(app))
    assert the_move(move_id).state == "credentials_needed"


def work_while_closed(app: Flask, server: LocalDovecot, move_id: int, name: str) -> MailMove:
    """Work on a move while its folder Odd cannot be opened."""
    closed = server.files.server / "mail" / name / ".Odd" / "cur"
    closed.chmod(0)
    try:
        return work(app, move_id)
    finally:
        closed.chmod(0o700)


def test_more_folders_than_are_moved_stop_the_move(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_session, "MOST_FOLDERS", 3)
    move_id, _name = begin(app, old_mail, new_mail, "many")
    move = work(app, move_id)
    assert (move.state, move.failure, move.detail) == ("failed", "server", TOO_MANY_FOLDERS)


def test_a_server_says_where_a_persons_folders_begin() -> None:
    spaces = b'* NAMESPACE (("INBOX." ".")) (("user." ".")) NIL\r\n'
    listed = b'* LIST () "." INBOX\r\n* LIST () "." INBOX.Work\r\n* LIST () "." user.amiri.Private\r\n'

    def answer(tag: bytes, word: str) -> bytes:
        if word == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n" + tag + b" OK done\r\n"
        return ok(tag, word, {"NAMESPACE": spaces, "LIST": listed}.get(word, b""))

    with session_with(answer) as (session, _):
        assert session.place() == Place(".", "INBOX.")
        assert [folder.name for folder in session.folders()] == ["INBOX", "INBOX.Work"]
