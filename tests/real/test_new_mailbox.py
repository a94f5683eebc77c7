"""Looking for mailboxes at a real Dovecot as its master user, and making them with its own tool."""

from pathlib import Path

import pytest

from backoffice.demo.dovecot import LocalDovecot
from backoffice.ports.mail_server import MailServer
from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.mailbox_provider import open_provider
from backoffice.ports.transport import TransportError
from backoffice.settings import Settings
from tests.conftest import make_settings


def settings_for(server: LocalDovecot, tmp_path: Path, **more: object) -> Settings:
    values = {
        "new_imap_url": server.url, "new_imap_master_user": server.master_user,
        "new_imap_master_password": server.master_password, "mailbox_doveadm": server.doveadm, **more,
    }  # fmt: skip
    return make_settings(tmp_path, **values)


def new(settings: Settings) -> MailServer:
    return MailServer.of("new_imap", settings)


def test_a_mailbox_is_seen_and_one_that_is_not_there_is_not(old_mail: LocalDovecot, tmp_path: Path) -> None:
    settings = settings_for(old_mail, tmp_path)
    assert new(settings).has_mailbox("m.karimi")
    assert not new(settings).has_mailbox("nobody.here")
    assert not new(settings).has_mailbox("m.karimi*master\r\n")
    new(settings).probe()


def test_a_wrong_master_password_is_no_missing_mailbox(old_mail: LocalDovecot, tmp_path: Path) -> None:
    settings = settings_for(old_mail, tmp_path, new_imap_master_password="wrong")
    with pytest.raises(TransportError, match="does not let its master user in"):
        new(settings).has_mailbox("m.karimi")


@pytest.mark.parametrize(
    ("url", "words"), [("imap://127.0.0.1:1", "cannot be reached"), ("imap://mail.example.ac.ir", "neither")]
)
def test_a_server_that_is_not_there_is_no_missing_mailbox(
    old_mail: LocalDovecot, tmp_path: Path, url: str, words: str
) -> None:
    with pytest.raises(TransportError, match=words):
        new(settings_for(old_mail, tmp_path, new_imap_url=url)).has_mailbox("m.karimi")


def test_a_certificate_nobody_vouches_for_is_told_apart(old_mail: LocalDovecot, tmp_path: Path) -> None:
    with pytest.raises(TransportError, match="certificate"):
        new(settings_for(old_mail, tmp_path, new_imap_url=old_mail.tls_url)).probe()
    trusted = settings_for(old_mail, tmp_path, new_imap_url=old_mail.tls_url, new_imap_ca_file=old_mail.certificate)
    assert new(trusted).has_mailbox("m.karimi")


def test_doveadm_makes_the_mailbox_of_a_user_the_server_knows(old_mail: LocalDovecot, tmp_path: Path) -> None:
    provider = open_provider(settings_for(old_mail, tmp_path, mailbox_provider="doveadm"))
    assert provider
    provider.probe()
    for _ in range(2):
        provider.create(NewMailbox("long", {}))
    with pytest.raises(TransportError, match=r"does not know the user nobody\.here yet") as fault:
        provider.create(NewMailbox("nobody.here", {}))
    assert fault.value.put_off
