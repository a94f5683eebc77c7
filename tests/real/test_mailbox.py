"""Trying the password of an old mailbox at a real Dovecot."""

from pathlib import Path

import pytest

from backoffice.demo.dovecot import LocalDovecot
from backoffice.ports import mailbox
from backoffice.ports.mailbox import MailboxDownError
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.mail_servers import MAILBOXES


def at(url: str, tmp_path: Path, **more: object) -> Settings:
    return make_settings(tmp_path, old_imap_url=url, **more)


@pytest.mark.parametrize("name", MAILBOXES)
def test_the_right_password_opens_whatever_it_is_made_of(old_mail: LocalDovecot, tmp_path: Path, name: str) -> None:
    assert mailbox.opens(name, MAILBOXES[name], at(old_mail.url, tmp_path))


def test_the_whole_address_opens_as_the_name_does(old_mail: LocalDovecot, tmp_path: Path) -> None:
    assert mailbox.opens("m.karimi@example.ac.ir", MAILBOXES["m.karimi"], at(old_mail.url, tmp_path))


@pytest.mark.parametrize(
    ("name", "password"), [("m.karimi", "old kettle 13"), ("nobody.here", "old kettle 12"), ("spaces", "two spaces")]
)
def test_a_wrong_password_and_an_unknown_name_do_not_open(
    old_mail: LocalDovecot, tmp_path: Path, name: str, password: str
) -> None:
    assert not mailbox.opens(name, password, at(old_mail.url, tmp_path))


def test_nobody_enters_as_the_master_user(old_mail: LocalDovecot, tmp_path: Path) -> None:
    name = f"m.karimi*{old_mail.master_user}"
    assert not mailbox.opens(name, old_mail.master_password, at(old_mail.url, tmp_path))


def test_a_certificate_nobody_vouches_for_is_an_outage_and_no_password_is_sent(
    old_mail: LocalDovecot, tmp_path: Path
) -> None:
    with pytest.raises(MailboxDownError):
        mailbox.opens("m.karimi", MAILBOXES["m.karimi"], at(old_mail.tls_url, tmp_path))


def test_a_certificate_for_another_name_is_an_outage(old_mail: LocalDovecot, tmp_path: Path) -> None:
    url = old_mail.tls_url.replace("localhost", "127.0.0.1")
    with pytest.raises(MailboxDownError):
        mailbox.opens("m.karimi", MAILBOXES["m.karimi"], at(url, tmp_path, old_imap_ca_file=old_mail.certificate))


def test_with_the_universitys_own_authority_the_password_opens(old_mail: LocalDovecot, tmp_path: Path) -> None:
    settings = at(old_mail.tls_url, tmp_path, old_imap_ca_file=old_mail.certificate)
    assert mailbox.opens("m.karimi", MAILBOXES["m.karimi"], settings)


def test_a_server_that_has_stopped_is_an_outage(tmp_path: Path) -> None:
    server = LocalDovecot.create(tmp_path / "mail").start()
    url = server.url
    server.kill()
    with pytest.raises(MailboxDownError):
        mailbox.opens("m.karimi", "x", at(url, tmp_path))
