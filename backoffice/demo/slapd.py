"""A local OpenLDAP server in a folder, for the demo and for tests; needs Debian's slapd and util-linux, no root.

Everything the server touches is below FOLDER/server, which is also its working folder and named to it by
relative paths only: so it works below folders that its user may not enter, and when the caller is root it
runs as `nobody`. It ends with the thread that started it, even if that is killed.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from backoffice.demo import children, slapd_config
from backoffice.demo.instance import DemoError, write_secret
from backoffice.demo.loopback import on_a_port

HOST = "127.0.0.1"
SLAPD = Path("/usr/sbin/slapd")
APPARMOR_PROFILE = Path("/etc/apparmor.d/usr.sbin.slapd")
START_SECONDS = 30.0
STOP_SECONDS = 20.0
PROBE_PAUSE = 0.01
MAX_SIZE = 1 << 30
ANONYMOUS_BIND = bytes.fromhex("300c020101600702010304008000")
UNPRIVILEGED = ("--reuid=nobody", "--regid=nogroup", "--clear-groups")


class SlapdError(DemoError):
    """The server could not be built, started or changed; the message ends with what it printed."""


@dataclass
class LocalSlapd:
    """One server. `create` or `open` gives it, `start` and `stop` run it; also a context manager.

    The application is to use `service_dn` only. `admin_dn` may do everything, in cn=config and in the tree,
    beyond all rules and limits: it is there for tests that need someone else's hand.
    """

    folder: Path
    base_dn: str
    service_dn: str
    wanted_port: int | None = None
    admin_dn: str = slapd_config.ADMIN_DN
    _port: int | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def create(
        cls,
        folder: Path,
        base_dn: str,
        data_ldif: str | Path,
        *,
        port: int | None = None,
        service_password: str | None = None,
        max_size: int = MAX_SIZE,
    ) -> Self:
        """Build a stopped server with these entries (LDIF text or file), or keep what an earlier call built there.

        What the entries lack of base, ou=policies, ou=services and the service account is added. `max_size`
        is the most the database may grow to, in bytes.
        """
        server = cls(folder, base_dn, f"cn=backoffice,ou=services,{base_dn}", port)
        if server._state_file.exists():
            return cls.open(folder, port=port)
        text = data_ldif.read_text("utf-8") if isinstance(data_ldif, Path) else data_ldif
        server._build(text, service_password or secrets.token_urlsafe(32), max_size)
        return server

    @classmethod
    def open(cls, folder: Path, *, port: int | None = None) -> Self:
        """Give the stopped server that `create` built in this folder."""
        server = cls(folder, "", "", port)
        state = json.loads(server._state_file.read_text("utf-8"))
        server.base_dn, server.service_dn = state["base_dn"], state["service_dn"]
        return server

    @property
    def port(self) -> int:
        """The port it listens on; SlapdError before the first start if none was wanted."""
        port = self._port or self.wanted_port
        if port is None:
            raise SlapdError("the server has no port before it is started")
        return port

    @property
    def uri(self) -> str:
        return f"ldap://{HOST}:{self.port}"

    @property
    def service_password(self) -> str:
        return self.service_password_file.read_text("utf-8")

    @property
    def service_password_file(self) -> Path:
        return self.folder / "service.password"

    @property
    def admin_password(self) -> str:
        return self._admin_password_file.read_text("utf-8")

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it and wait until it answers; nothing happens if it runs. SlapdError says why it does not."""
        if not self.running:
            on_a_port(self._launch, self.wanted_port, SlapdError)
        return self

    def _launch(self) -> None:
        self._port = _free_port(self.wanted_port or 0)
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(
                self._command("-F", "etc", "-h", f"{self.uri}/", "-d", "0"),
                cwd=self._server_folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the caller, who then calls stop()
            )
        self._wait_until_it_answers(time.monotonic() + START_SECONDS)

    def stop(self) -> None:
        """End it and wait until it is gone; the data stay."""
        if self._process is None:
            return
        children.end(self._process, signal.SIGINT, STOP_SECONDS)
        self._process = None

    def limit_results(self, limit: int | None) -> None:
        """While it runs: no search of the service account, paged or not, gives more than this; None ends it."""
        self.change(slapd_config.result_limits(self.service_dn, limit))

    def read_only(self, *, on: bool) -> None:
        """While it runs: refuse every write (result 53), or end that."""
        self.change(slapd_config.config_change({"olcReadOnly": str(on).upper()}))

    def change(self, ldif: str) -> None:
        """While it runs: apply changes as the administrator, to cn=config or the tree (needs ldap-utils)."""
        command = ["ldapmodify", "-x", "-H", self.uri, "-D", self.admin_dn, "-y", str(self._admin_password_file)]
        result = subprocess.run(command, input=ldif.encode(), capture_output=True, check=False)
        if result.returncode:
            raise SlapdError(f"ldapmodify: {result.stderr.decode(errors='replace').strip()}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _server_folder(self) -> Path:
        return self.folder / "server"

    @property
    def _log_file(self) -> Path:
        return self.folder / "slapd.log"

    @property
    def _state_file(self) -> Path:
        return self.folder / "slapd.json"

    @property
    def _admin_password_file(self) -> Path:
        return self.folder / "admin.password"

    def _build(self, data: str, service_password: str, max_size: int) -> None:
        self._make_folders()
        write_secret(self.service_password_file, service_password)
        write_secret(self._admin_password_file, secrets.token_urlsafe(32))
        tree = slapd_config.with_frame(data, self.base_dn, self.service_dn, service_password)
        config = slapd_config.server_config(self.base_dn, self.service_dn, self.admin_password, max_size)
        self._slapadd(0, config)
        self._slapadd(1, tree)
        # Written last: a folder without it was left half-built and is built again.
        self._state_file.write_text(json.dumps({"base_dn": self.base_dn, "service_dn": self.service_dn}), "utf-8")

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self._server_folder, ignore_errors=True)
        for path in (self._server_folder, *(self._server_folder / n for n in ("etc", "db", "accesslog", "run"))):
            path.mkdir(mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(path, "nobody", "nogroup")
        if APPARMOR_PROFILE.exists():  # Ubuntu confines /usr/sbin/slapd, by its path, to the system's folders
            shutil.copy(SLAPD, self._server_folder / "slapd")

    def _slapadd(self, database: int, ldif: str) -> None:
        command = self._command("-T", "add", "-F", "etc", "-n", str(database), "-q")
        folder = self._server_folder
        result = subprocess.run(command, cwd=folder, input=ldif.encode(), capture_output=True, check=False)
        if result.returncode:
            raise SlapdError(f"slapadd: {result.stderr.decode(errors='replace').strip()[-2000:]}")

    def _command(self, *arguments: str) -> list[str]:
        copy = self._server_folder / "slapd"
        program = "./slapd" if copy.exists() else str(SLAPD)
        user = UNPRIVILEGED if os.geteuid() == 0 else ()
        return ["setpriv", *user, "--no-new-privs", "--pdeathsig=INT", "--", program, *arguments]

    def _wait_until_it_answers(self, deadline: float) -> None:
        while not _answers(self.port):
            if not self.running or time.monotonic() > deadline:
                self.stop()
                raise SlapdError(f"slapd did not start: {self._log_file.read_text(errors='replace').strip()[-2000:]}")
            time.sleep(PROBE_PAUSE)


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise SlapdError(f"slapd did not start: port {wanted}: {error.strerror}") from error
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(ANONYMOUS_BIND)
            return connection.recv(1) == b"\x30"
    except OSError:
        return False
