"""What a local Dovecot server keeps in its folder, and how its programs are started on it.

Mail, users and configuration are below FOLDER/server. The programs name that folder by an open descriptor they inherit:
so they work below folders that their user may not enter.
"""

import getpass
import grp
import json
import os
import pwd
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backoffice.demo import dovecot_config
from backoffice.demo.dovecot_config import MASTER, People, Place
from backoffice.demo.instance import write_secret

# The descriptor of the server's folder, beyond those Dovecot takes for itself.
FOLDER_FD = 200
ROOT = f"/proc/self/fd/{FOLDER_FD}"
CONFIG = f"{ROOT}/dovecot.conf"
NOBODY = ("nobody", "nogroup")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
_AS_NOBODY = ("--reuid=nobody", "--regid=nogroup", "--clear-groups")


@dataclass(frozen=True)
class DovecotFiles:
    """The files of one server."""

    folder: Path

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def state_file(self) -> Path:
        return self.folder / "dovecot.json"

    @property
    def log_file(self) -> Path:
        return self.folder / "dovecot.log"

    @property
    def master_password_file(self) -> Path:
        return self.folder / "master.password"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def _users(self) -> Path:
        return self.server / "users"

    @property
    def _sockets(self) -> Path:
        return self.folder / "sockets"

    @property
    def doveadm(self) -> list[str]:
        """The command line tool of the server: what stands before its own arguments."""
        words = shlex.join(command("/usr/bin/doveadm", "-c", CONFIG))
        return ["bash", "-c", f'exec {FOLDER_FD}<"$0" && exec {words} "$@"', str(self.server)]

    def build(self, state: Mapping[str, object], *, tls: bool) -> None:
        """Make everything anew."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self.server, ignore_errors=True)
        for path in (self.server, self.server / "mail"):
            path.mkdir(mode=0o700)
            give(path)
        password = secrets.token_urlsafe(32)
        write_secret(self.master_password_file, password)
        self._put("masters", dovecot_config.user_line(MASTER, password) + "\n")
        self.add_users({MASTER: password})
        if tls:
            certificate, key = dovecot_config.certificate()
            self.certificate.write_text(certificate, "ascii")
            self._put("certificate.pem", certificate)
            self._put("certificate.key", key)
        # Written last: a folder without it was left half-built and is built again.
        self.state_file.write_text(json.dumps(state), "utf-8")

    def state(self) -> dict[str, object]:
        """Give what was noted about the server when it was built."""
        found = json.loads(self.state_file.read_text("utf-8"))
        assert isinstance(found, dict)
        return found

    def add_users(self, users: Mapping[str, str]) -> None:
        """Give these users (name -> password, "" for one nobody knows) a mailbox; who has one keeps it."""
        lines = self._users.read_text("utf-8").splitlines() if self._users.exists() else []
        known = {line.partition(":")[0] for line in lines}
        fresh = {name: said or secrets.token_urlsafe(32) for name, said in users.items() if name not in known}
        lines += [dovecot_config.user_line(name, password) for name, password in fresh.items()]
        self._put("users", "\n".join([*lines, ""]))

    def set_quota(self, name: str, kilobytes: int) -> None:
        """Let the mailbox of a user hold so much, 0 for any amount."""
        lines = self._users.read_text("utf-8").splitlines()
        rule = f"userdb_quota_rule=*:storage={kilobytes}k" if kilobytes else ""
        changed = (
            f"{line.rpartition('::::::')[0]}::::::{rule}" if line.startswith(f"{name}:") else line for line in lines
        )
        self._put("users", "\n".join([*changed, ""]))

    def write_config(self, ports: tuple[int, int], separator: str, people: People | None) -> None:
        """Write the configuration for this start; its sockets, whose names have to be short, get a new folder."""
        self.forget_sockets()
        if people:
            self._put("people.conf", dovecot_config.directory_config(people))
        folder = Path(tempfile.mkdtemp(prefix="backoffice-imap-"))
        self._sockets.write_text(str(folder), "utf-8")
        give(folder)
        user, group = NOBODY if os.geteuid() == 0 else (getpass.getuser(), grp.getgrgid(os.getegid()).gr_name)
        place = Place(ROOT, f"{folder}/run", user, group, *ports, separator, people is not None)
        self._put("dovecot.conf", dovecot_config.server_config(place))

    def forget_sockets(self) -> None:
        """Delete the sockets of the last start."""
        if self._sockets.exists():
            shutil.rmtree(self._sockets.read_text("utf-8"), ignore_errors=True)
            self._sockets.unlink()

    def _put(self, name: str, text: str) -> None:
        """Write a file that only the server may read; whoever reads it sees the old one or the new one."""
        fresh = self.server / f"{name}.new"
        write_secret(fresh, text)
        give(fresh)
        fresh.replace(self.server / name)


def command(program: str, *arguments: str, tied: bool = False) -> list[str]:
    """Give what to start: as nobody where we are root. ``tied``: it ends with the thread that started it."""
    user = _AS_NOBODY if os.geteuid() == 0 else ()
    return ["setpriv", *user, "--no-new-privs", *(["--pdeathsig=INT"] if tied else []), "--", program, *arguments]


@contextmanager
def descriptor(folder: Path) -> Iterator[int]:
    """Open a server's folder at FOLDER_FD, to be handed to its programs."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.dup2(opened, FOLDER_FD)
        yield FOLDER_FD
    finally:
        os.close(opened)
        os.close(FOLDER_FD)


def give(path: Path | int) -> None:
    """Let a file (or an open one) or folder belong to whom the server runs as."""
    if os.geteuid() == 0:
        os.chown(path, *_nobody())


@cache
def _nobody() -> tuple[int, int]:
    user, group = NOBODY
    return pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid
