"""Those of the demo university who have no account yet: whom a visitor may register as, some with an old mailbox."""

import csv
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from backoffice.demo.people import Employee, jalali
from backoffice.demo.population import WORDS
from backoffice.demo.world import World

PLANT = "not_registered"
_NOT_LATIN = re.compile(r"[^a-z]")


@dataclass(frozen=True)
class Newcomer:
    """What the forms ask about somebody; ``old_mailbox`` and its password are "" for who never had one."""

    national_code: str
    birth_date: str
    first_name: str
    last_name: str
    father_name: str
    mobile: str
    old_mailbox: str
    old_password: str = field(repr=False)


def newcomers(world: World) -> list[Newcomer]:
    """Give them in the order they were hired; every second one has a mailbox at the old server."""
    codes = {planted.national_code for planted in world.truth if planted.plant == PLANT}
    found = [employee for employee in world.employees if employee.person.national_code in codes]
    taken = {account.uid for account in world.accounts}
    return [_newcomer(employee, number, taken) for number, employee in enumerate(found)]


def write(path: Path, people: list[Newcomer]) -> None:
    """Write them as a table for the person who tries the demo."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.DictWriter(stream, [one.name for one in fields(Newcomer)])
        table.writeheader()
        table.writerows(asdict(person) for person in people)


def _newcomer(employee: Employee, number: int, taken: set[str]) -> Newcomer:
    person = employee.person
    name = f"{_latin(person.name.first.latin)[:1]}.{_latin(person.name.last.latin)}"[:20]
    mailbox = name if number % 2 == 0 and name not in taken else ""
    taken.add(name)
    password = f"old {WORDS[number % len(WORDS)]} {number + 10}" if mailbox else ""
    return Newcomer(
        person.national_code, jalali(person.birth), person.name.first.fa, person.name.last.fa, person.father,
        person.mobile, mailbox, password,
    )  # fmt: skip


def _latin(text: str) -> str:
    return _NOT_LATIN.sub("", text.lower())
