"""A local Dovecot IMAP server in a folder, for the demo and for tests; needs Debian's dovecot-imapd, no root.

When the caller is root it runs as ``nobody``. Only loopback is listened on. It ends with the thread that started it,
even if that is killed.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from backoffice.demo import children, dovecot_files
from backoffice.demo.dovecot_config import MASTER, NAME, People
from backoffice.demo.dovecot_files import CONFIG, ENVIRONMENT, DovecotFiles
from backoffice.demo.instance import DemoError
from backoffice.demo.loopback import HOST, fault_of, free_port, on_a_port

DOVECOT = Path("/usr/sbin/dovecot")
IMAP = Path("/usr/lib/dovecot/imap")
START_SECONDS = 30.0
STOP_SECONDS = 20.0
PROBE_PAUSE = 0.01
GREETING = b"* OK"


class DovecotError(DemoError):
    """The server could not be built or started; the message ends with what it printed."""


def is_installed() -> bool:
    """Say whether this machine has Dovecot with IMAP."""
    return DOVECOT.exists() and IMAP.exists()


@dataclass
class LocalDovecot:
    """One server. ``create`` or ``open`` gives it, ``start`` and ``stop`` run it; also a context manager.

    ``people``: a directory whose people have mailboxes here too, to be set before the start. ``master_user`` may enter
    every mailbox with ``{user}*{master}``, and has one of its own.
    """

    files: DovecotFiles
    separator: str
    tls: bool = False
    wanted_port: int | None = None
    people: People | None = None
    master_user: str = MASTER
    _ports: tuple[int, int] | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def create(cls, folder: Path, *, separator: str = "/", tls: bool = False, port: int | None = None) -> Self:
        """Build a stopped server, or keep what an earlier call built there.

        ``separator``: between the names of folders in folders. ``tls``: also listen with a certificate of its own.
        """
        files = DovecotFiles(folder)
        if not files.state_file.exists():
            files.build({"separator": separator, "tls": tls}, tls=tls)
        return cls.open(folder, port=port)

    @classmethod
    def open(cls, folder: Path, *, port: int | None = None) -> Self:
        """Give the stopped server that ``create`` built in this folder."""
        files = DovecotFiles(folder)
        state = files.state()
        return cls(files, str(state["separator"]), bool(state["tls"]), port)

    @property
    def port(self) -> int:
        """The port without TLS; DovecotError before the first start if none was wanted."""
        port = self._ports[0] if self._ports else self.wanted_port
        if port is None:
            raise DovecotError("the server has no port before it is started")
        return port

    @property
    def url(self) -> str:
        """Where it answers without TLS."""
        return f"imap://{HOST}:{self.port}"

    @property
    def tls_url(self) -> str:
        """Where it answers with TLS, once it is started; see ``certificate``."""
        assert self._ports
        return f"imaps://{NAME}:{self._ports[1]}"

    @property
    def certificate(self) -> Path:
        return self.files.certificate

    @property
    def master_password(self) -> str:
        return self.files.master_password_file.read_text("utf-8")

    @property
    def doveadm(self) -> list[str]:
        """The command line tool of this server while it runs: what stands before its own arguments."""
        return self.files.doveadm

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def add_users(self, users: Mapping[str, str]) -> None:
        """Give these users (name -> password) a mailbox; a running server knows them when this returns."""
        self.files.add_users(users)
        if self.running:
            wait_until_read()

    def set_quota(self, name: str, kilobytes: int) -> None:
        """Let the mailbox of a user hold so much, 0 for any amount; for sessions from now on."""
        self.files.set_quota(name, kilobytes)
        if self.running:
            wait_until_read()

    def start(self) -> Self:
        """Start it and wait until it answers; nothing happens if it runs. DovecotError says why it does not."""
        if not self.running:
            on_a_port(self._launch, self.wanted_port, DovecotError)
        return self

    def _launch(self) -> None:
        if self.wanted_port and (fault := fault_of(self.wanted_port)):
            raise DovecotError(f"Dovecot did not start: port {self.wanted_port}: {fault}")
        self._ports = (self.wanted_port or free_port(), free_port() if self.tls else 0)
        self.files.write_config(self._ports, self.separator, self.people)
        command = dovecot_files.command(str(DOVECOT), "-F", "-c", CONFIG, tied=True)
        with self.files.log_file.open("wb") as log, dovecot_files.descriptor(self.files.server) as folder:
            self._process = subprocess.Popen(
                command, pass_fds=(folder,), cwd="/", env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,  # Ctrl-C is for the caller, who then calls stop()
            )  # fmt: skip
        self._wait_until_it_answers(time.monotonic() + START_SECONDS)

    def stop(self) -> None:
        """End it and wait until it is gone; the data stay."""
        if self._process is None:
            return
        children.end(self._process, signal.SIGTERM, STOP_SECONDS)
        self._process = None
        self.files.forget_sockets()

    def kill(self) -> None:
        """End it and all its processes at once, as a crash would; the data stay."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self.files.forget_sockets()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_until_it_answers(self, deadline: float) -> None:
        while not _answers(self.port):
            if not self.running or time.monotonic() > deadline:
                self.stop()
                said = self.files.log_file.read_text(errors="replace").strip()[-2000:]
                raise DovecotError(f"Dovecot did not start: {said}")
            time.sleep(PROBE_PAUSE)


def wait_until_read() -> None:
    """Wait until a running server looks at its users again: once in a second of the clock."""
    time.sleep(1 - time.time() % 1)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            return connection.recv(len(GREETING)) == GREETING
    except OSError:
        return False
