"""``flask check`` about mail servers and who makes mailboxes."""

from pathlib import Path

import pytest

from backoffice.demo.dovecot import LocalDovecot
from backoffice.services.check_mail import mail_faults
from backoffice.settings import Settings, SettingsError
from tests.conftest import make_settings


def sound(server: LocalDovecot, tmp_path: Path, **more: object) -> Settings:
    values = {
        "old_imap_url": server.url, "new_imap_url": server.url, "new_imap_master_user": server.master_user,
        "new_imap_master_password": server.master_password, "mailbox_provider": "doveadm",
        "mailbox_doveadm": server.doveadm, **more,
    }  # fmt: skip
    return make_settings(tmp_path, **values)


def test_servers_and_tool_that_work_have_no_fault(old_mail: LocalDovecot, tmp_path: Path) -> None:
    assert list(mail_faults(sound(old_mail, tmp_path))) == []
    assert list(mail_faults(make_settings(tmp_path))) == []


@pytest.mark.parametrize(
    ("changed", "sentence", "cure"),
    [
        ({"old_imap_url": "imap://127.0.0.1:1"}, "127.0.0.1 cannot be reached.", "BACKOFFICE_OLD_IMAP_URL"),
        ({"new_imap_url": "imap://127.0.0.1:1"}, "127.0.0.1 cannot be reached.", "BACKOFFICE_NEW_IMAP_URL"),
        ({"new_imap_master_password": "wrong"}, "does not let its master user in", "MASTER_PASSWORD_FILE"),
        ({"new_imap_master_password": ""}, "NEW_IMAP_MASTER_PASSWORD is not set", "MASTER_PASSWORD_FILE"),
        ({"new_imap_ca_file": "/nonexistent"}, "NEW_IMAP_CA_FILE does not exist", "BACKOFFICE_NEW_IMAP_CA_FILE"),
        ({"new_imap_url": ""}, "MAILBOX_PROVIDER = doveadm needs it", "BACKOFFICE_NEW_IMAP_URL"),
        ({"mailbox_doveadm": "no-such-doveadm"}, "no-such-doveadm cannot be started", "BACKOFFICE_MAILBOX_DOVEADM"),
        ({"mailbox_doveadm": "false"}, "doveadm ended with status 1", "BACKOFFICE_MAILBOX_DOVEADM"),
        ({"mailbox_provider": "command"}, "cannot be started", "BACKOFFICE_MAILBOX_COMMAND"),
        ({"mail_move": {"first_command": ["no-such-copy"]}}, "no-such-copy cannot be started", "first_command"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    old_mail: LocalDovecot, tmp_path: Path, changed: dict[str, object], sentence: str, cure: str
) -> None:
    found = list(mail_faults(sound(old_mail, tmp_path, **changed)))
    assert [sentence in fault.sentence for fault in found] == [True], found
    assert cure in found[0].cure


def test_a_certificate_nobody_vouches_for_is_told_with_the_setting_for_it(
    old_mail: LocalDovecot, tmp_path: Path
) -> None:
    (fault,) = mail_faults(sound(old_mail, tmp_path, old_imap_url=old_mail.tls_url))
    assert "certificate of localhost" in fault.sentence
    assert fault.cure == "BACKOFFICE_OLD_IMAP_CA_FILE=…"


def test_a_command_is_read_from_the_environment_as_a_shell_would(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, mailbox_command="/opt/make-mailbox --quota '2 GB'")
    assert settings.mailbox_command == ("/opt/make-mailbox", "--quota", "2 GB")


def test_a_master_login_names_both(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must hold"):
        make_settings(tmp_path, new_imap_master_format="{user}")
