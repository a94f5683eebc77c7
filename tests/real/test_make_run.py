"""`make run`, from the command behind it: what a person sees, and what is left behind."""

import csv
import http.client
import imaplib
import json
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from backoffice.demo import instance
from backoffice.demo.loopback import is_free
from backoffice.demo.slapd import HOST

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = "200"
DESK_PROCESSES = 8
READY = "`make reset` starts over."
START_SECONDS = 120
STOP_SECONDS = 30
GONE_SECONDS = 3
# What a first run prints while it is at its parts.
MOMENTS = ("Making a university", "Loading its directory", "Making the database", "of day 2")


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


@dataclass
class Interrupted:
    """A folder whose first run was ended at every moment, and what each left behind."""

    folder: Path
    leftovers: dict[str, list[str]]
    told_to_end: int


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    folder, leftovers, status = tmp_path_factory.mktemp("demo") / "instance", {}, 0
    for moment in MOMENTS:
        with demo(folder) as first:
            first.read_until(moment)
            status = first.stop(signal.SIGTERM if moment == MOMENTS[-1] else signal.SIGKILL)
        leftovers[moment] = first.leftovers()
    return Interrupted(folder, leftovers, status)


@pytest.fixture(scope="module")
def served(interrupted: Interrupted) -> Iterator[Demo]:
    """A demo that was built and is served; tests that use ``ended`` come after those that use this."""
    with demo(interrupted.folder) as running:
        running.read_until(READY)
        yield running


@pytest.fixture(scope="module")
def ended(served: Demo) -> Demo:
    """The same after Ctrl-C."""
    served.stop()
    return served


def ldap_port(folder: Path) -> int:
    found = re.search(r'(?m)^ldap_uri = "ldap://127.0.0.1:(\d+)"$', (folder / "settings.toml").read_text())
    assert found
    return int(found[1])


def test_a_first_run_that_was_ended_starts_over_wherever_it_was(interrupted: Interrupted, served: Demo) -> None:
    assert interrupted.leftovers == {moment: [] for moment in MOMENTS}
    assert interrupted.told_to_end == 0
    assert MOMENTS[0] in served.printed.decode()
    assert "The desk is ready" in served.printed.decode()


def test_it_prints_an_address_that_works_and_the_logins(served: Demo) -> None:
    printed = served.printed.decode()
    assert f"http://127.0.0.1:{served.port}/admin/" in printed
    for login in instance.content(served.folder)["logins"]:
        assert re.search(rf"{login['uid']} +{login['password']} +{login['role']}\n", printed)
    assert served.get("/admin/login") == http.client.OK
    assert served.get("/readyz") == http.client.OK


def test_the_request_page_is_served_and_the_portal_may_frame_it(served: Demo) -> None:
    printed = served.printed.decode()
    assert f"http://127.0.0.1:{served.port}/request/\n" in printed
    portal = re.search(r"(http://localhost:(\d+))/ ", printed)
    assert portal
    connection = http.client.HTTPConnection(HOST, int(portal[2]), timeout=20)
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    connection.close()
    assert f'src="http://127.0.0.1:{served.port}/request/embed.js"' in page
    with build_opener().open(f"http://{HOST}:{served.port}/request/", timeout=20) as answer:
        assert f"frame-ancestors {portal[1]}" in answer.headers["Content-Security-Policy"]


def mail_port(printed: str, which: str) -> int:
    found = re.search(rf"The {which} mail server: imap://127.0.0.1:(\d+)\n", printed)
    assert found, printed
    return int(found[1])


def test_each_process_of_the_desk_was_rehearsed_with_a_connection_of_its_own(served: Demo) -> None:
    [loaded] = [path for path in desk_processes(served) if is_arbiter(path, served)]
    deadline = time.monotonic() + START_SECONDS
    while (
        len(ready := [path for path in desk_processes(served) if has_open(path, "backoffice.sqlite")]) < DESK_PROCESSES
    ):
        assert time.monotonic() < deadline, ready
    assert len(ready) == DESK_PROCESSES
    assert loaded not in ready


def test_connections_on_which_nothing_is_said_hold_up_nobody(served: Demo) -> None:
    with ExitStack() as opened:
        for _ in range(2 * DESK_PROCESSES):
            opened.enter_context(socket.create_connection((HOST, served.port), timeout=20))
        assert served.get("/request/") == 200


def test_the_old_mailbox_of_a_new_colleague_is_where_it_says(served: Demo) -> None:
    with (served.folder / "newcomers.csv").open(encoding="utf-8-sig", newline="") as table:
        newcomer = next(row for row in csv.DictReader(table) if row["old_mailbox"])
    with imaplib.IMAP4(HOST, mail_port(served.printed.decode(), "old"), timeout=20) as connection:
        assert connection.login(newcomer["old_mailbox"], newcomer["old_password"])[0] == "OK"


def test_the_new_mail_server_takes_the_passwords_of_the_directory(served: Demo) -> None:
    login = instance.content(served.folder)["logins"][0]
    with imaplib.IMAP4(HOST, mail_port(served.printed.decode(), "new"), timeout=20) as connection:
        assert connection.login(login["uid"], login["password"])[0] == "OK"


def test_each_role_logs_in(served: Demo) -> None:
    for login in instance.content(served.folder)["logins"]:
        browser = served.log_in(login["uid"], login["password"])
        browser.page("/admin/")
        assert browser.at == "/admin/", login["role"]


def test_the_worst_problems_of_the_day_wait_on_the_desk(served: Demo) -> None:
    admin = instance.content(served.folder)["logins"][0]
    page = served.log_in(admin["uid"], admin["password"]).page("/admin/reconciliation/2/")
    for words in ("m.keyhani", "a.mohammadi", "dean.eng"):
        assert words in page


def test_old_mail_is_moved_as_far_as_it_can_be(served: Demo) -> None:
    admin = instance.content(served.folder)["logins"][0]
    browser, deadline = served.log_in(admin["uid"], admin["password"]), time.monotonic() + START_SECONDS
    while (stopped := browser.page("/admin/mail/?tab=attention&lang=en")).count("</tr>") < 4:
        assert time.monotonic() < deadline, stopped
        time.sleep(0.2)
    with (served.folder / "mail-moves.csv").open(encoding="utf-8-sig", newline="") as table:
        names = {row["box"]: row["username"] for row in csv.DictReader(table)}
    for box, words in (("full", "is full"), ("wrong_password", "password"), ("asked_again", "waits for the password")):
        row = stopped.partition(f">{names[box]}<")[2].partition("</tr>")[0]
        assert words in row, box


def test_commands_find_the_demo_and_no_fault_in_it(served: Demo) -> None:
    assert command(served.folder, "check")["faults"] == []
    assert command(served.folder, "audit", "verify")["valid"]
    situations = command(served.folder, "reconcile", "show", "2")["situations"]
    assert min(situations[name] for name in ("DECEASED", "AMBIGUOUS", "TWO_ACCOUNTS")) > 0


def test_a_second_run_in_the_folder_is_refused_with_a_sentence(served: Demo) -> None:
    with demo(served.folder) as second:
        assert f"A demo is running in {served.folder}" in second.read_until("Ctrl-C")
        assert second.process.wait(STOP_SECONDS) == 1


def test_a_busy_port_is_refused_with_a_sentence(served: Demo, tmp_path: Path) -> None:
    with demo(tmp_path / "other", served.port) as refused:
        sentence = f"Port {served.port} cannot be used (address already in use)"
        assert sentence in refused.read_until("PORT=")
        assert refused.process.wait(STOP_SECONDS) == 1
    assert not (tmp_path / "other" / instance.MARK).exists()


def test_ctrl_c_leaves_nothing_behind(ended: Demo) -> None:
    assert ended.process.returncode == 0
    assert ended.leftovers() == []
    assert is_free(ended.port)
    assert is_free(ldap_port(ended.folder))
    assert all(is_free(mail_port(ended.printed.decode(), which)) for which in ("old", "new"))


def test_a_second_run_keeps_the_data_and_the_changed_settings_until_a_part_dies(ended: Demo) -> None:
    folder = ended.folder
    before, runs = instance.content(folder), command(folder, "reconcile", "show", "2")
    keys = [(folder / name).read_text() for name in ("secret.key", "seal.key")]
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text().replace('mode = "act"', 'mode = "observe"'))
    with demo(folder) as running:
        assert "Making a university" not in running.read_until(READY)
        assert instance.content(folder) == before
        assert command(folder, "reconcile", "show", "2") == runs
        assert [(folder / name).read_text() for name in ("secret.key", "seal.key")] == keys
        assert 'mode = "observe"' in settings.read_text()
        assert f"port = {running.port}\n" in settings.read_text()
        desk = next(path for path in Path("/proc").glob("[0-9]*") if is_arbiter(path, running))
        os.kill(int(desk.name), signal.SIGKILL)
        assert "The desk ended by itself by signal 9." in running.read_until("The desk ended")
        assert running.process.wait(STOP_SECONDS) == 1
    assert running.leftovers() == []


def is_arbiter(process: Path, running: Demo) -> bool:
    try:
        stat = (process / "stat").read_text().rsplit(")", 1)[1].split()
        return f":{running.port}" in (process / "cmdline").read_text() and int(stat[1]) == running.process.pid
    except OSError:
        return False


def desk_processes(running: Demo) -> list[Path]:
    """Give the folders in /proc of the process that loads the desk and of those that are forked from it."""
    return [path for path in Path("/proc").glob("[0-9]*") if command_line(path).endswith(f":{running.port} ")]


def command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def has_open(process: Path, name: str) -> bool:
    with suppress(FileNotFoundError):  # closed while we look
        return any(opened.readlink().name == name for opened in (process / "fd").iterdir())
    return False


def test_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('language = "en"\n')
    with demo(tmp_path) as refused:
        assert "holds an installation that is not a demo" in refused.read_until("INSTANCE=")
        assert refused.process.wait(STOP_SECONDS) == 1
    assert (tmp_path / "settings.toml").read_text() == 'language = "en"\n'
