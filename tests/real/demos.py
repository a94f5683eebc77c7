"""A demo as `make run` starts it: asking it as a browser or a command would, and finding its processes."""

import csv
import http.client
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

from backoffice.demo.loopback import is_free
from backoffice.demo.slapd import HOST

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = "200"
START_SECONDS = 120
STOP_SECONDS = 30
GONE_SECONDS = 3
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@dataclass
class Demo:
    """One `flask demo start` in a process group of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    printed: bytes = b""

    def read_until(self, words: str) -> str:
        """Read what it prints until these words come, or until it ends; give all so far."""
        assert self.process.stdout
        deadline = time.monotonic() + START_SECONDS
        while words.encode() not in self.printed:
            if not select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(self.printed.decode())
            piece = os.read(self.process.stdout.fileno(), 65536)
            self.printed += piece
            if not piece:
                break
        return self.printed.decode()

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def log_in(self, username: str, password: str) -> "Browser":
        browser = Browser(f"http://{HOST}:{self.port}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page("/admin/login"))
        assert token
        browser.page("/admin/login", {"csrf_token": token[1], "username": username, "password": password, "next": ""})
        return browser

    def stop(self, number: int = signal.SIGINT) -> int:
        os.killpg(self.process.pid, number)
        return self.process.wait(STOP_SECONDS)

    def leftovers(self) -> list[str]:
        """Give the processes that belong to this folder, once they had a moment to end."""
        deadline = time.monotonic() + GONE_SECONDS
        while found := [line for line in commands() if str(self.folder) in line]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return found


class Browser:
    """Somebody who keeps cookies and follows redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.at = ""
        self._opener = build_opener(HTTPCookieProcessor())

    def page(self, path: str, form: Mapping[str, str] | None = None) -> str:
        data = urlencode(form).encode() if form else None
        with self._opener.open(self.address + path, data, timeout=60) as answer:
            self.at = urlsplit(answer.url).path
            return str(answer.read().decode())


class FirstForm:
    """Somebody with the first page of the registration before them."""

    def __init__(self, running: Demo, fields: Mapping[str, str]) -> None:
        self.browser = Browser(f"http://{HOST}:{running.port}")
        self._fields = {**fields, **dict(_HIDDEN.findall(self.browser.page("/request/")))}

    def send(self) -> tuple[int, float]:
        """Send it; give the status of the page that comes, and the seconds it took."""
        begun, status = time.monotonic(), int(http.client.OK)
        try:
            self.browser.page("/request/", self._fields)
        except HTTPError as refusal:
            status = refusal.code
            self._fields |= _HIDDEN.findall(refusal.read().decode())
        return status, time.monotonic() - begun


def commands() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parts = [(path / name).read_bytes().replace(b"\0", b" ").decode() for name in ("cmdline", "environ")]
            found.append(" ".join([*parts, str((path / "cwd").readlink())]))
        except (OSError, UnicodeDecodeError):
            continue
    return found


def free_port() -> int:
    """Give a port that stays free during a first run: below those the kernel gives to whoever asks for any."""
    return next(filter(is_free, random.sample(range(15000, 25000), 20)))


@contextmanager
def demo(folder: Path, port: int | None = None, environment: Mapping[str, str] | None = None) -> Iterator[Demo]:
    port = port or free_port()
    own = {"BACKOFFICE_INSTANCE": str(folder), "BACKOFFICE_PORT": str(port), "BACKOFFICE_DEMO_PEOPLE": PEOPLE}
    own |= environment or {}
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "demo", "start"], cwd=ROOT, env={**os.environ, **own},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        started = Demo(folder, port, process)
        try:
            yield started
        finally:
            if process.poll() is None:
                started.stop(signal.SIGKILL)


def command(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run a flask command as an operator would, beside the demo."""
    environment = {**os.environ, "BACKOFFICE_INSTANCE": str(folder)}
    asked = [sys.executable, "-m", "flask", *arguments, "--json"]
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def ldap_port(folder: Path) -> int:
    found = re.search(r'(?m)^ldap_uri = "ldap://127.0.0.1:(\d+)"$', (folder / "settings.toml").read_text())
    assert found
    return int(found[1])


def newcomer(running: Demo) -> dict[str, str]:
    """Give somebody whom HR knows, who has no account and has an old mailbox."""
    with (running.folder / "newcomers.csv").open(encoding="utf-8-sig", newline="") as table:
        return next(row for row in csv.DictReader(table) if row["old_mailbox"])


def mail_port(printed: str, which: str) -> int:
    found = re.search(rf"The {which} mail server: imap://127.0.0.1:(\d+)\n", printed)
    assert found, printed
    return int(found[1])


def is_arbiter(process: Path, running: Demo) -> bool:
    return f":{running.port}" in command_line(process) and process in children_of(running)


def children_of(running: Demo) -> list[Path]:
    """Give the folders in /proc of the processes that a demo started itself."""
    return [path for path in Path("/proc").glob("[0-9]*") if parent_of(path) == running.process.pid]


def parent_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def desk_processes(running: Demo) -> list[Path]:
    """Give the folders in /proc of the process that loads the desk and of those that are forked from it."""
    return [path for path in Path("/proc").glob("[0-9]*") if command_line(path).endswith(f":{running.port} ")]


def command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def worker_of(running: Demo) -> Path:
    """Give the folder in /proc of the worker of a demo."""
    [found] = [path for path in children_of(running) if command_line(path).endswith("jobs start ")]
    return found


def slapd_of(running: Demo) -> int:
    """Give the process of the directory of a demo, which works in its folder."""
    [found] = [
        int(path.name)
        for path in Path("/proc").glob("[0-9]*")
        if command_line(path).split(" ")[0].endswith("slapd")
        and (path / "cwd").readlink().is_relative_to(running.folder)
    ]
    return found


def has_open(process: Path, name: str) -> bool:
    with suppress(FileNotFoundError):  # closed while we look
        return any(opened.readlink().name == name for opened in (process / "fd").iterdir())
    return False
