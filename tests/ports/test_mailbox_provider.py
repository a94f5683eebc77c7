"""Programs that make mailboxes: what they are told, and what each way of ending means."""

import json
import time
from pathlib import Path

import pytest

from backoffice.ports import programs
from backoffice.ports.mailbox_contract import NewMailbox
from backoffice.ports.mailbox_provider import MailboxProvider, open_provider
from backoffice.ports.transport import TransportError
from tests.conftest import make_settings

MARYAM = NewMailbox("m.karimi", {"mail": "m.karimi@example.ac.ir", "full_name": "مریم کریمی", "operation": "0a0b"})


def provider(kind: str, tmp_path: Path, script: str, **more: object) -> MailboxProvider:
    """One whose program is this shell script; it runs in ``tmp_path``'s files by absolute names only."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncd {tmp_path}\n{script}\n")
    program.chmod(0o700)
    found = open_provider(make_settings(tmp_path, mailbox_provider=kind, **{f"mailbox_{kind}": [str(program)]}, **more))
    assert found
    return found


def fault_of(made: MailboxProvider) -> TransportError:
    with pytest.raises(TransportError) as fault:
        made.create(MARYAM)
    return fault.value


def test_people_are_no_program(tmp_path: Path) -> None:
    assert open_provider(make_settings(tmp_path)) is None


def test_a_command_reads_our_fields_as_json_and_has_none_of_them_in_its_arguments(tmp_path: Path) -> None:
    provider("command", tmp_path, 'cat > given\necho "$#" > count').create(MARYAM)
    given = json.loads((tmp_path / "given").read_text("utf-8"))
    assert given == {"username": "m.karimi", "mail": "m.karimi@example.ac.ir", "full_name": "مریم کریمی"}
    assert (tmp_path / "count").read_text().strip() == "0"


def test_a_program_does_not_inherit_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKOFFICE_SEAL_KEY", "canary")
    monkeypatch.setenv("LANG", "C.UTF-8")
    provider("command", tmp_path, "env > environment").create(MARYAM)
    environment = (tmp_path / "environment").read_text()
    assert "canary" not in environment
    assert "LANG=C.UTF-8" in environment


@pytest.mark.parametrize(
    ("kind", "status", "permanent", "put_off"),
    [
        ("command", 75, False, False), ("command", 1, True, False), ("doveadm", 75, False, False),
        ("doveadm", 67, False, True), ("doveadm", 64, True, False),
    ],
)  # fmt: skip
def test_what_a_status_means(tmp_path: Path, kind: str, status: int, permanent: bool, put_off: bool) -> None:
    fault = fault_of(provider(kind, tmp_path, f"exit {status}"))
    assert (fault.permanent, fault.put_off, fault.unknown) == (permanent, put_off, False)


def test_the_first_line_of_what_it_says_is_shown_without_control_signs(tmp_path: Path) -> None:
    fault = fault_of(provider("command", tmp_path, "printf '\\n no \\033[1mplace\\a left\\nmore\\n' >&2; exit 3"))
    assert str(fault) == "The mailbox program ended with status 3: «no [1mplace left»."


def test_doveadm_is_told_the_name_and_a_mailbox_that_is_there_is_no_fault(tmp_path: Path) -> None:
    provider("doveadm", tmp_path, 'echo "$@" > given; exit 65').create(MARYAM)
    assert (tmp_path / "given").read_text().strip() == "mailbox create -u m.karimi INBOX"


def test_a_program_that_does_not_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    began = time.monotonic()
    fault = fault_of(provider("command", tmp_path, "sleep 60 & sleep 60", mailbox_seconds=1))
    assert fault.unknown
    assert time.monotonic() - began < 10


def test_a_program_that_reads_nothing_is_no_fault(tmp_path: Path) -> None:
    large = NewMailbox("m.karimi", {"full_name": "x" * 200_000})
    provider("command", tmp_path, "exec <&-; exit 0").create(large)


@pytest.mark.parametrize("words", [[], ["/nonexistent/program"], ["backoffice-no-such-program"]])
def test_a_missing_program_is_named(words: list[str]) -> None:
    with pytest.raises(TransportError, match="cannot be started"):
        programs.run(words, 1)
