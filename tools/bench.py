"""Measure what we do against other ways of doing the same: ``python -m tools.bench [PEOPLE]``.

The machine is noisy, so every figure is the median ratio of runs that take turns, never seconds alone. The other way
always does less: it does not check the file, does not know who is protected, and stores nothing.
"""

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from ldap3 import SUBTREE, Connection, Server
from openpyxl import load_workbook

from backoffice.demo import dovecot, university
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.university import DemoUniversity
from backoffice.ports.directory import open_directory
from backoffice.reconcile import persons, read_directory, read_hr
from backoffice.reconcile.differences import differences
from backoffice.reconcile.inputs import SEPARATOR, SourceInput
from backoffice.rules import fields
from backoffice.rules.text import n2
from backoffice.services.chosen_passwords import hashed
from backoffice.settings import Settings, load
from tools.bench_applying import Applying
from tools.bench_mail import MESSAGES, Moving
from tools.bench_registering import AT_ONCE, STEPS, Registering

PEOPLE = 20_000
PASSWORD = "nobody has this one"  # noqa: S105
CHANGES = 1_000
TURNS = 5
PAGE = 1000
TODAY = date(2026, 11, 22)
Work = Callable[[], object]


def main(people: int) -> None:
    """Print one line for each comparison."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"Making a university of {people:,} people ...")
        made = university.build(folder, seed=1, size=people, today=TODAY)
        with LocalSlapd.create(folder / "ldap", made.base_dn, made.directory) as server:
            settings = settings_of(folder, made, server)
            say(f"Each line: ours against another way, median of {TURNS} turns; below 1 is faster.")
            measure_files(made, settings)
            measure_directory(settings)
            measure_comparing(made, settings)
            measure_applying(settings, server)
        measure_registering(folder / "registering")
        measure_mail(folder / "mail")


def measure_files(made: DemoUniversity, settings: Settings) -> None:
    """Compare reading HR files with readers that check nothing."""
    sheet, plain = made.exports["faculty", 1], made.exports["staff", 3]
    show("HR file, CSV / csv module, fields counted", lambda: ours_hr(plain, "staff", settings), lambda: rows(plain))
    show("HR file, CSV / pandas.read_csv", lambda: ours_hr(plain, "staff", settings), lambda: frame(plain))
    show("HR file, XLSX / openpyxl", lambda: ours_hr(sheet, "faculty", settings), lambda: workbook(sheet))


def measure_directory(settings: Settings) -> None:
    """Compare reading everyone with ldap3's own paged search into dictionaries."""
    wanted = [*read_directory.wanted_attributes(settings.ldap), "entryUUID", "entryCSN"]
    show(
        "directory, everyone / ldap3 paged_search",
        lambda: ours_directory(settings),
        lambda: plain_ldap3(settings, wanted),
    )


def measure_comparing(made: DemoUniversity, settings: Settings) -> None:
    """Compare finding the differences with folding and comparing row by row."""
    entries = ours_directory(settings).frame
    sources = [ours_hr(made.exports[name, 3], name, settings) for name in ("staff", "faculty")]
    people = persons.gather(tuple(sources), TODAY).people
    place = pd.Series(entries.index, index=entries["national_code"])
    place = place[~place.index.duplicated() & (place.index != "")]
    both = people[people["national_code"].isin(place.index)]
    pairs = pd.DataFrame({"person": both.index, "entry": both["national_code"].map(place)}).reset_index(drop=True)
    left = both.to_dict("records")
    right = entries.loc[pairs["entry"]].to_dict("records")
    show(
        "differences / a loop over dictionaries", lambda: differences(pairs, people, entries), lambda: loop(left, right)
    )


def measure_applying(settings: Settings, server: LocalSlapd) -> None:
    """Compare making changes through the queue, audited and undoable, with ldapmodify; each undoes the other's."""
    entries = ours_directory(settings).frame.query("title != '' and not disabled and branch == 'people'")
    applying = Applying(settings, server, entries.head(CHANGES))
    show(f"{len(applying)} changes through the queue / ldapmodify", applying.ours, applying.ldapmodify)


def measure_registering(folder: Path) -> None:
    """Compare the slowest answers people get while sixteen register at once with the hashing of one password."""
    with Registering.at_a_desk(folder) as registering:
        registering.register()
    hashing = statistics.median(seconds(lambda: hashed(PASSWORD)) for _ in range(TURNS))
    for step in STEPS:
        say(f"{f'{AT_ONCE} register, p95 of {step} / a password hashed':48} {registering.p95(step) / hashing:6.2f}")


def measure_mail(folder: Path) -> None:
    """Compare moving a mailbox, with ledger and verification, with Dovecot's own tool."""
    if not dovecot.is_installed():
        say("Dovecot is not installed here, so no mailbox is moved.")
        return
    folder.mkdir()
    with Moving.between_servers(folder, TURNS) as moving:
        show(f"mailbox of {MESSAGES:,} messages / doveadm sync", moving.ours, moving.doveadm)


def settings_of(folder: Path, made: DemoUniversity, server: LocalSlapd) -> Settings:
    """Give the settings of a university on a local server."""
    (folder / "settings.toml").write_text(made.settings, "utf-8")
    bound = {"ldap_bind_dn": server.service_dn, "ldap_bind_password": server.service_password}
    return load({"instance": folder, "ldap_uri": server.uri, **bound}, environ={})


def ours_hr(path: Path, name: str, settings: Settings) -> SourceInput:
    """Read an export as an import does."""
    source = settings.source(name)
    found = read_hr.read(path, source, settings.hr)
    return SourceInput(source, found.frame, found.columns, pd.DataFrame(columns=["line", "national_code"]))


def rows(path: Path) -> list[list[str]]:
    """Read with the csv module and refuse a record that has not the header's number of fields."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file, strict=True))
    if any(len(row) != len(found[0]) for row in found):
        raise ValueError("a record has another number of fields than the header")
    return found


def frame(path: Path) -> pd.DataFrame:
    """Read with pandas, every cell as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def workbook(path: Path) -> list[tuple[object, ...]]:
    """Read the first sheet with openpyxl."""
    book = load_workbook(path, read_only=True)
    found: list[tuple[object, ...]] = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return found


def ours_directory(settings: Settings) -> read_directory.DirectoryFrame:
    """Read everyone as a run does."""
    with open_directory(settings) as directory:
        return read_directory.read(directory, settings, settings.hr.sources)


def plain_ldap3(settings: Settings, wanted: list[str]) -> list[dict[str, Any]]:
    """Read everyone as ldap3's manual shows it."""
    connection: Any = Connection(
        Server(settings.ldap_uri), settings.ldap_bind_dn, settings.ldap_bind_password.get_secret_value(), auto_bind=True
    )
    search = connection.extend.standard.paged_search(
        settings.ldap_base_dn, settings.ldap.person_filter, SUBTREE, attributes=wanted, paged_size=PAGE, generator=True
    )
    found = [{"dn": entry["dn"], **entry["attributes"]} for entry in search]
    connection.unbind()
    return found


def loop(left: list[dict[Any, Any]], right: list[dict[Any, Any]]) -> list[tuple[str, str, str]]:
    """Fold both sides of every cell and compare them."""
    return [
        (name, person[name], entry[name])
        for person, entry in zip(left, right, strict=True)
        for name in fields.OWNED_BY_HR
        if person[name] and entry[name] and n2(person[name]) not in map(n2, entry[name].split(SEPARATOR))
    ]


def show(title: str, ours: Work, other: Work) -> None:
    """Print the ratio of two ways that take turns, and its spread."""
    ratios = [seconds(ours) / seconds(other) for _ in range(TURNS)]
    say(f"{title:48} {statistics.median(ratios):6.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")


def seconds(work: Work) -> float:
    """Give the duration of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else PEOPLE)
