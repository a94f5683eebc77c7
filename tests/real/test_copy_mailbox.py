"""The program that copies a mailbox with ``doveadm sync``, by itself."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "deploy" / "dovecot" / "copy-mailbox"
GIVEN = {"host": "127.0.0.1", "port": 143, "tls": False, "user": "u", "password": "p", "target": "u"}
WITHOUT = {name: value for name, value in GIVEN.items() if name != "target"}


def test_the_program_ends_with_who_started_it(tmp_path: Path) -> None:
    doveadm = tmp_path / "doveadm"
    doveadm.write_text("#!/bin/sh\necho $$\nexec sleep 600\n")
    doveadm.chmod(0o755)
    starts = (
        "import subprocess, sys\n"
        "program = subprocess.Popen(sys.argv[1:3], stdin=subprocess.PIPE)\n"
        "program.communicate(sys.argv[3].encode())\n"
    )
    words = [sys.executable, "-c", starts, str(PROGRAM), str(doveadm), json.dumps(GIVEN)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as worker:
        assert worker.stdout
        program = os.pidfd_open(int(worker.stdout.readline()))
        ended = select.poll()
        ended.register(program, select.POLLIN)
        assert ended.poll(0) == []
        worker.kill()
        assert ended.poll(20_000)
    os.close(program)


@pytest.mark.parametrize("given", ["", "[]", "{}", json.dumps({**GIVEN, "user": "a\nb"}), json.dumps(WITHOUT)])
def test_what_cannot_be_used_is_refused_without_a_traceback(given: str) -> None:
    ended = subprocess.run([str(PROGRAM), "false"], input=given.encode(), capture_output=True, check=False)
    assert ended.returncode == 64
    assert ended.stderr.startswith(b"copy-mailbox: not understood: ")
    assert ended.stderr.count(b"\n") == 1
