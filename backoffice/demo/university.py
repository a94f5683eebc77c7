"""A university to try the back-office on: a directory, and what two HR offices send on three days.

Everything follows from a seed. Most people agree in all places; a few hundred do not, each in a way that
truth.json writes down. Three things a new user is to notice on the first run without being told:

1. Professor منوچهر کیهانی died seven months ago, and somebody logged in to the account yesterday (DECEASED).
2. Two colleagues are called علی محمدی; one account holds both national codes, the second person has none
   of their own (AMBIGUOUS).
3. شهلا رستگار, dean of engineering, has two accounts, both in use (TWO_ACCOUNTS).

And to try by hand: a staff export that ends after 62 % of its rows, and a faculty export whose first and last
names are exchanged; both are held by the gates, neither does harm.

The directory is as it is on day 1; directory-day-2.ldif holds what somebody else changes before day 2.
"""

import json
import os
import random
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from backoffice.demo import hr_files, ldif, plants_days, population
from backoffice.demo.hr_files import BrokenLine
from backoffice.demo.movers import Mover, movers
from backoffice.demo.newcomers import Newcomer, newcomers
from backoffice.demo.people import BASE_DN, DAYS, DOMAIN
from backoffice.demo.population import DemoLogin
from backoffice.demo.world import SOURCES, World

SENT_AT = time(8, 30, tzinfo=UTC)
TITLES = {"staff": "کارگزینی کارکنان", "faculty": "کارگزینی هیات علمی"}
COVERS = {"staff": "(!(eduPersonAffiliation=faculty))", "faculty": "(eduPersonAffiliation=faculty)"}
WORST = ("deceased", "shared_account", "two_accounts")


@dataclass(frozen=True)
class DemoUniversity:
    """Where everything is. `exports` by (source, day), `broken` by source; `situations` by day: what to expect."""

    base_dn: str
    directory: Path
    directory_changes: Path
    truth: Path
    settings: str
    logins: list[DemoLogin]
    exports: dict[tuple[str, int], Path]
    broken: dict[str, Path]
    persons: int
    entries: int
    situations: dict[int, dict[str, int]]
    newcomers: list[Newcomer]
    movers: list[Mover]


def build(folder: Path, *, seed: int, size: int, today: date) -> DemoUniversity:
    """Write a university of `size` people (200 or more) into the folder; `today` is the third day."""
    world = World(random.Random(seed), today)
    logins = population.log_in_people(world)
    plants_days.plant_all(world, size)
    population.fill(world, size)
    moving = movers(world, size)
    exports, lines = _write_exports(world, folder)
    situations = {day: _situations(world, day) for day in DAYS}
    university = DemoUniversity(
        base_dn=BASE_DN,
        directory=_write(folder / "directory.ldif", _directory(world, logins)),
        directory_changes=_write(folder / "directory-day-2.ldif", ldif.document(world.directory_changes)),
        truth=folder / "truth.json",
        settings=settings_text(logins),
        logins=logins,
        exports=exports,
        broken=hr_files.write_broken(world, {source: folder / source for source in SOURCES}),
        persons=world.persons,
        entries=len(world.accounts),
        situations=situations,
        newcomers=newcomers(world),
        movers=moving,
    )
    _write(university.truth, _truth(world, seed, university, lines))
    return university


def settings_text(logins: list[DemoLogin]) -> str:
    """Write the part of settings.toml that fits this university; addresses and passwords are not in it."""
    quoted = json.dumps(population.protected_dns())
    role_groups = [f"{login.role} = {json.dumps(login.group)}" for login in logins]
    return "\n".join(
        [
            f'ldap_base_dn = "{BASE_DN}"',
            f'university_domains = ["{DOMAIN}"]',
            "",
            "[ldap]",
            f"protected = {quoted}",
            "",
            "[ldap.role_groups]",
            *role_groups,
            *(line for source in SOURCES for line in _source_text(source)),
            "",
            "[policy]",
            'mode = "act"',
            'unlisted_mobile = "matched"',
            "",
            "[trust]",
            *(f'{kind} = "approve"' for kind in ("update", "enable", "disable")),
            "",
        ]
    )


def _source_text(source: str) -> list[str]:
    covers = f'{{ branches = ["ou=people"], filter = "{COVERS[source]}" }}'
    return ["", "[[hr.source]]", f'name = "{source}"', f'title = "{TITLES[source]}"', f"covers = {covers}"]


def _directory(world: World, logins: list[DemoLogin]) -> str:
    people = (ldif.entry(account.dn, account.attributes) for account in world.accounts)
    return ldif.document([*ldif.tree(BASE_DN), *people, *population.groups(logins)])


def _write_exports(world: World, folder: Path) -> tuple[dict[tuple[str, int], Path], list[BrokenLine]]:
    exports, lines = {}, []
    for source in SOURCES:
        (folder / source).mkdir(parents=True, exist_ok=True)
        for day in DAYS:
            exports[source, day], broken = hr_files.write_day(world, source, day, folder / source)
            lines += broken
            sent = datetime.combine(_date_of(world, day), SENT_AT).timestamp()
            os.utime(exports[source, day], (sent, sent))
    return exports, lines


def _date_of(world: World, day: int) -> date:
    return world.today - timedelta(days=DAYS[-1] - day)


def _situations(world: World, day: int) -> dict[str, int]:
    """Count what one run on that day's files is to say, if the runs of the days before stored their links."""
    counts = Counter(planted.situation for planted in world.truth if planted.day == day)
    special = {planted.national_code for planted in world.truth}
    plain = sum(employee.person.national_code not in special for employee in world.employees)
    counts["FOUND" if day == DAYS[0] else "CONFIRMED"] += plain
    counts["OUT_OF_SCOPE"] += sum(account.branch == "students" for account in world.accounts)
    return dict(sorted(counts.items()))


def _truth(world: World, seed: int, university: DemoUniversity, lines: list[BrokenLine]) -> str:
    content = {
        "seed": seed,
        "today": world.today.isoformat(),
        "days": {day: _date_of(world, day).isoformat() for day in DAYS},
        "persons": university.persons,
        "entries": university.entries,
        "situations": university.situations,
        "worst": [asdict(planted) for planted in world.truth if planted.plant in WORST and planted.day == DAYS[0]],
        "quarantined": [asdict(line) for line in lines],
        "planted": [asdict(planted) for planted in world.truth],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _write(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
    return path
