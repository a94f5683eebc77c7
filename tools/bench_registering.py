"""Sixteen people who register at once, at a person's pace, at a desk with worker and directory, for ``tools.bench``.

Their browsers run on the same machine, so what is measured is at most what the desk needs.
"""

import base64
import csv
import http.client
import json
import os
import random
import re
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from backoffice.demo import ldif
from backoffice.demo.children import Child
from backoffice.demo.loopback import answers_well, free_port
from backoffice.demo.people import Person, jalali
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.start import READY_PAGE, WEB
from backoffice.demo.world import World
from backoffice.settings import PREFIX

AT_ONCE, EACH = 16, 8
# Seconds between two forms.
PAUSES = (0.5, 1.5)
STEPS = ("identity", "details", "code")
BASE = "dc=example,dc=ac,dc=ir"
_PATIENCE = 60.0
_LOOK_SECONDS = 0.1
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
_SETTINGS = """\
ldap_base_dn = "{base}"
ldap_uri = "{uri}"
ldap_bind_dn = "{user}"
ldap_bind_password = "{password}"

[policy]
mode = "act"
unlisted_mobile = "matched"
identity_per_address_hour = 100000
codes_per_address_hour = 100000
"""


@dataclass
class Registering:
    """A desk that runs, and people whom HR knows and who have no account yet."""

    port: int
    outbox: Path
    people: Sequence[Person]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    @contextmanager
    def at_a_desk(cls, folder: Path) -> Iterator[Self]:
        """Give it while the desk runs."""
        world = World(random.Random(1), date(2026, 11, 22))  # noqa: S311
        people = [world.person() for _ in range(AT_ONCE * EACH)]
        instance, port = folder / "instance", free_port()
        instance.mkdir(parents=True)
        own = {
            "INSTANCE": str(instance), "PORT": str(port), "SECRET_KEY": secrets.token_hex(32),
            "SEAL_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }  # fmt: skip
        environment = {**os.environ, **{f"{PREFIX}{name}": value for name, value in own.items()}}
        with ExitStack() as running:
            server = running.enter_context(LocalSlapd.create(folder / "ldap", BASE, ldif.document(ldif.tree(BASE))))
            found = {"base": BASE, "uri": server.uri, "user": server.service_dn, "password": server.service_password}
            (instance / "settings.toml").write_text(_SETTINGS.format(**found), "utf-8")
            _write_hr_file(folder / "hr.csv", people)
            flask = [sys.executable, "-m", "flask"]
            for name, words in (("database", ["db", "upgrade"]), ("import", ["hr", "import", str(folder / "hr.csv")])):
                running.enter_context(Child(name, [*flask, *words], environment, folder / f"{name}.log")).wait()
            web = [sys.executable, "-m", "gunicorn", "wsgi:app", *WEB, "--bind", f"127.0.0.1:{port}"]
            for name, command in (("desk", web), ("worker", [*flask, "jobs", "start"])):
                running.enter_context(Child(name, command, environment, folder / f"{name}.log"))
            _wait_until(lambda: answers_well(port, READY_PAGE, f"127.0.0.1:{port}"))
            yield cls(port, instance / "outbox" / "sms.jsonl", people)

    def register(self) -> None:
        """Let all of them register, sixteen at a time; the first sixteen find a desk that has just started."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._one, self.people[:AT_ONCE]))
            self.took.clear()
            list(pool.map(self._one, self.people[AT_ONCE:]))

    def p95(self, step: str) -> float:
        """Give the seconds within which 19 of 20 forms of a step were answered."""
        took = sorted(self.took[step])
        return took[-(-len(took) * 95 // 100) - 1]

    def _one(self, person: Person) -> None:
        dice, browser = random.Random(person.national_code), _Browser(self.port)  # noqa: S311
        for step, page, fields in (
            ("identity", "/request/", _identity(person)), ("details", "/request/account", _details(person)),
        ):  # fmt: skip
            browser.open(page)
            time.sleep(dice.uniform(*PAUSES))
            self.took[step].append(browser.send(page, fields))
        browser.open("/request/code")
        _wait_until(lambda: self._code(person))
        time.sleep(dice.uniform(*PAUSES))
        self.took["code"].append(browser.send("/request/code", {"code": self._code(person)}))
        browser.open("/request/done")

    def _code(self, person: Person) -> str:
        lines = self.outbox.read_text("utf-8").splitlines() if self.outbox.exists() else []
        mine = [sms for sms in map(json.loads, lines) if sms["to"] == person.mobile]
        return str(mine[-1]["params"]["code"]) if mine else ""


class _Browser:
    """Keeps cookies and what the last page hides in its form."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies, self._hidden = port, dict[str, str](), dict[str, str]()

    def open(self, path: str) -> None:
        status, text, _seconds = self._ask("GET", path)
        if status != http.HTTPStatus.OK:
            raise ValueError(f"{path} answers {status}")
        self._hidden = dict(reversed(_HIDDEN.findall(text)))

    def send(self, path: str, fields: Mapping[str, str]) -> float:
        """Send a form; give the seconds until its answer. Raises ValueError where it was not taken."""
        status, _text, seconds = self._ask("POST", path, urlencode({**self._hidden, **fields}))
        if status != http.HTTPStatus.SEE_OTHER:
            raise ValueError(f"the form of {path} was not taken: {status}")
        return seconds

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, float]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        started = time.perf_counter()
        connection.request(method, path, body, {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        text, seconds = answer.read().decode(), time.perf_counter() - started
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        connection.close()
        return answer.status, text, seconds


def _identity(person: Person) -> dict[str, str]:
    return {
        "id_type": "national", "national_code": person.national_code, "birth_date": jalali(person.birth),
        "first_name": person.name.first.fa, "last_name": person.name.last.fa, "father_name": person.father,
        "personnel_number": "",
    }  # fmt: skip


def _details(person: Person) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    return {
        "latin_first_name": "Maryam", "latin_last_name": "Karimi", "password": password, "password_repeat": password,
        "mobile": person.mobile, "personal_email": f"p{person.national_code}@example.com",
    }  # fmt: skip


def _write_hr_file(path: Path, people: Sequence[Person]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["کد ملی", "شماره پرسنلی", "نام", "نام خانوادگی", "نام پدر", "تاریخ تولد", "وضعیت"])
        for number, person in enumerate(people, 10_000):
            name = person.name
            table.writerow([
                person.national_code, number, name.first.fa, name.last.fa, person.father, jalali(person.birth), "شاغل",
            ])  # fmt: skip


def _wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the desk does not answer as it should")
        time.sleep(_LOOK_SECONDS)
