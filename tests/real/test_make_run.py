"""`make run`, from the command behind it: what a person sees, and what is left behind."""

import csv
import http.client
import imaplib
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.request import build_opener

import pytest

from backoffice.demo import instance
from backoffice.demo.loopback import is_free
from backoffice.demo.slapd import HOST
from backoffice.jobs.schedule import NICENESS
from backoffice.services.identity_facts import WHOLE_SECONDS
from tests.hanging import stopped
from tests.real.demos import (
    START_SECONDS,
    STOP_SECONDS,
    Demo,
    FirstForm,
    command,
    demo,
    desk_processes,
    has_open,
    is_arbiter,
    ldap_port,
    mail_port,
    newcomer,
    slapd_of,
    worker_of,
)
from tests.registering import identity_of
from tests.waiting import wait_until

DESK_PROCESSES = 8
READY = "`make reset` starts over."
# What a first run prints while it is at its parts.
MOMENTS = ("Making a university", "Loading its directory", "Making the database", "of day 2")


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


def test_each_process_of_the_desk_was_rehearsed_with_a_connection_of_its_own(served: Demo) -> None:
    [loaded] = [path for path in desk_processes(served) if is_arbiter(path, served)]

    def ready() -> list[Path]:
        return [path for path in desk_processes(served) if has_open(path, "backoffice.sqlite")]

    wait_until(lambda: len(ready()) == DESK_PROCESSES, "each has the database open", START_SECONDS)
    assert loaded not in ready()


def test_connections_on_which_nothing_is_said_hold_up_nobody(served: Demo) -> None:
    with ExitStack() as opened:
        for _ in range(2 * DESK_PROCESSES):
            opened.enter_context(socket.create_connection((HOST, served.port), timeout=20))
        assert served.get("/request/") == 200


def test_a_directory_that_hangs_holds_up_only_who_asks_it_and_nobody_for_long(served: Demo) -> None:
    people = [FirstForm(served, identity_of(number)) for number in range(1, 6 * DESK_PROCESSES)]
    people.append(FirstForm(served, {**identity_of(1), **newcomer(served)}))
    with stopped(slapd_of(served)), ThreadPoolExecutor(len(people)) as pool:
        asked = [pool.submit(person.send) for person in people]
        wait_until(lambda: any(answer.done() for answer in asked), "somebody is told that it is not possible")
        assert served.get("/healthz") == http.client.OK
        assert not all(answer.done() for answer in asked)
    assert {answer.result()[0] for answer in asked} == {http.client.SERVICE_UNAVAILABLE}
    assert max(answer.result()[1] for answer in asked) < WHOLE_SECONDS + 1
    assert people[-1].send()[0] == http.client.OK
    assert people[-1].browser.at == "/request/account"


def test_the_worker_lets_pages_go_first_though_it_has_a_session_of_its_own(served: Demo) -> None:
    session = worker_of(served) / "autogroup"
    assert not session.exists() or session.read_text().endswith(f"nice {NICENESS}\n")


def test_the_old_mailbox_of_a_new_colleague_is_where_it_says(served: Demo) -> None:
    person = newcomer(served)
    with imaplib.IMAP4(HOST, mail_port(served.printed.decode(), "old"), timeout=20) as connection:
        assert connection.login(person["old_mailbox"], person["old_password"])[0] == "OK"


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


def test_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('language = "en"\n')
    with demo(tmp_path) as refused:
        assert "holds an installation that is not a demo" in refused.read_until("INSTANCE=")
        assert refused.process.wait(STOP_SECONDS) == 1
    assert (tmp_path / "settings.toml").read_text() == 'language = "en"\n'
