"""The local mail server keeps its promises: folders, master user, users of a directory, and nothing left behind."""

import imaplib
import os
import select
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backoffice.demo import ldif
from backoffice.demo.dovecot import DovecotError, LocalDovecot
from backoffice.demo.dovecot_config import People
from tests.mail_servers import MAILBOXES
from tests.real.conftest import BASE_DN, SlapdFactory


@contextmanager
def entered(server: LocalDovecot, login: str, password: str) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", server.port, timeout=10) as connection:
        connection.authenticate("PLAIN", lambda _: f"\0{login}\0{password}".encode())
        yield connection


def folders(connection: imaplib.IMAP4) -> str:
    return b" ".join(line for line in connection.list()[1] if isinstance(line, bytes)).decode()


def test_folders_in_folders_are_written_with_the_separator_asked_for(
    old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    with entered(old_mail, "m.karimi", MAILBOXES["m.karimi"]) as connection:
        assert '"." Sent' in folders(connection)
    with entered(new_mail, new_mail.master_user, new_mail.master_password) as connection:
        assert '"/" Sent' in folders(connection)


def test_the_master_user_enters_every_mailbox_and_no_other_one(old_mail: LocalDovecot) -> None:
    with entered(old_mail, f"colon*{old_mail.master_user}", old_mail.master_password) as connection:
        assert connection.select()[0] == "OK"
    with pytest.raises(imaplib.IMAP4.error, match="AUTHORIZATIONFAILED"):
        entered(old_mail, f"nobody*{old_mail.master_user}", old_mail.master_password).__enter__()


def test_people_of_a_directory_have_mailboxes_by_the_same_password(slapd_factory: SlapdFactory, tmp_path: Path) -> None:
    person = {"objectClass": "inetOrgPerson", "cn": "k", "sn": "k", "userPassword": "رمز 12"}
    directory = slapd_factory(ldif.entry(f"uid=k.ahmadi,ou=people,{BASE_DN}", person))
    server = LocalDovecot.create(tmp_path / "mail")
    server.people = People(
        directory.uri, f"ou=people,{BASE_DN}", directory.service_dn, directory.service_password
    )  # fmt: skip
    with entered(server.start(), "k.ahmadi", "رمز 12") as connection:
        assert connection.select()[0] == "OK"
        made = subprocess.run([*server.doveadm, "mailbox", "create", "-u", "k.ahmadi", "Kept"], check=False)
        assert made.returncode == 0
        assert "Kept" in folders(connection)
    server.kill()


def test_a_user_who_comes_later_is_known_at_once(new_mail: LocalDovecot) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        entered(new_mail, "late.comer", "x y z").__enter__()
    new_mail.add_users({"late.comer": "x y z"})
    with entered(new_mail, "late.comer", "x y z") as connection:
        assert connection.select()[0] == "OK"


def test_a_wanted_port_that_is_taken_is_said_plainly(new_mail: LocalDovecot, tmp_path: Path) -> None:
    second = LocalDovecot.create(tmp_path / "mail", port=new_mail.port)
    with pytest.raises(DovecotError, match="did not start: port"):
        second.start()
    assert not second.running


def test_the_server_ends_with_the_thread_that_started_it(tmp_path: Path) -> None:
    server = LocalDovecot.create(tmp_path / "mail")
    starting = threading.Thread(target=server.start)
    starting.start()
    starting.join()
    assert server.pid
    process = os.pidfd_open(server.pid)
    ended, _, _ = select.select([process], [], [], 10)
    os.close(process)
    server.stop()
    assert ended


def test_a_killed_server_leaves_no_process_and_keeps_its_data(tmp_path: Path) -> None:
    server = LocalDovecot.create(tmp_path / "mail")
    server.add_users({"k.ahmadi": "x y z"})
    server.start()
    process = os.pidfd_open(server.pid or 0)
    server.kill()
    assert not server.running
    assert select.select([process], [], [], 0)[0]
    os.close(process)
    with entered(server.start(), "k.ahmadi", "x y z") as connection:
        assert connection.select()[0] == "OK"
    server.kill()
