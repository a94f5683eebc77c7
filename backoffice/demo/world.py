"""The demo university while it is being made: everyone in it, and the list of what was planted."""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from backoffice.demo import names, units
from backoffice.demo.names import FullName, Name
from backoffice.demo.people import (
    DAYS,
    DAYS_OF_YEAR,
    DOMAIN,
    NATIONAL_CODE_URN,
    PERSON_CLASSES,
    STATUS_URN,
    Account,
    Employee,
    Person,
    Row,
    copy_row_to_account,
    jalali,
    new_code,
    set_latin_names,
    set_names,
    some_day,
    timestamp,
)
from backoffice.rules import fields as f

SOURCES = ("staff", "faculty")
AFFILIATION = {"staff": ("staff", "employee", "member"), "faculty": ("faculty", "employee", "member")}
FIRST_NUMBER = {"staff": 10000, "faculty": 70000}
OLDEST_ACCOUNT = 12 * DAYS_OF_YEAR
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Planted:
    """One planted thing on one day: what reconciliation is to say about it.

    `dns` are sorted. `fields` are those that differ beyond spelling, as far as they were planted.
    """

    plant: str
    source: str
    day: int
    situation: str
    national_code: str | None
    personnel_number: str | None
    dns: list[str]
    fields: list[str]
    notes: list[str]
    detail: str


@dataclass
class World:
    """Deterministic: the same seed, day and order of calls give the same university."""

    rng: random.Random
    today: date
    employees: list[Employee] = field(default_factory=list)
    extra_rows: list[Row] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    truth: list[Planted] = field(default_factory=list)
    directory_changes: list[str] = field(default_factory=list)
    persons: int = 0
    _codes: set[str] = field(default_factory=set)
    _uids: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=lambda: dict(FIRST_NUMBER))

    @property
    def rows(self) -> list[Row]:
        """All rows of all sources."""
        return [*(employee.row for employee in self.employees if employee.row.copies), *self.extra_rows]

    def person(self, name: FullName | None = None, prefix: str = "") -> Person:
        """Make a person between 24 and 64 years old, with that name and beginning of the code if given."""
        self.persons += 1
        return Person(
            national_code=new_code(self.rng, self._codes, prefix),
            name=name or names.full_name(self.rng),
            father=names.father_name(self.rng),
            birth=some_day(self.rng, self.today, 64 * DAYS_OF_YEAR, 24 * DAYS_OF_YEAR),
            mobile=f"09{self.rng.choice(('10', '12', '19', '30', '35', '90'))}{self.rng.randint(0, 9999999):07}",
        )

    def hire(
        self, source: str, person: Person | None = None, values: Mapping[str, str] = NOTHING, *, account: bool = True
    ) -> Employee:
        """Make a person (unless given) with a row in a source, and an account that agrees with it.

        `values` (our field names) replace what is drawn.
        """
        person = person or self.person()
        row = self.row(source, person, values)
        employee = Employee(person, row, self.account_of(person, row) if account else None)
        self.employees.append(employee)
        return employee

    def row(self, source: str, person: Person, values: Mapping[str, str] = NOTHING) -> Row:
        """Make the row of an active person; `values` (our field names) replace what is drawn."""
        start = some_day(self.rng, self.today, 23 * DAYS_OF_YEAR, 60)
        start = max(start, person.birth.replace(year=person.birth.year + 22, day=1))
        unit = self.rng.choice(units.UNITS[source])
        employment = values.get(f.EMPLOYMENT_TYPE) or self.rng.choice(units.EMPLOYMENT[source])
        contract_ends = some_day(self.rng, self.today, -30, -330)
        drawn = {
            f.NATIONAL_CODE: person.national_code,
            f.PERSONNEL_NUMBER: self._next_number(source, start),
            f.FIRST_NAME: person.name.first.fa,
            f.LAST_NAME: person.name.last.fa,
            f.FATHER_NAME: person.father,
            f.BIRTH_DATE: jalali(person.birth),
            f.UNIT: unit.name,
            f.UNIT_CODE: unit.code,
            f.TITLE: self.rng.choice(units.TITLES[source]),
            f.EMPLOYMENT_TYPE: employment,
            f.PERSON_TYPE: units.PERSON_TYPE.get(employment, units.PERSON_TYPE[source]),
            f.STATUS: self.rng.choice(units.ACTIVE_STATUS[source]),
            f.MOBILE: person.mobile,
            f.START_DATE: jalali(start),
            f.END_DATE: jalali(contract_ends) if employment == units.CONTRACT else "",
        }
        return Row(source, {**drawn, **values})

    def account_of(self, person: Person, row: Row) -> Account:
        """Make the account of an employee, equal to the row."""
        account = self.account(self.new_uid(person.name), "people", person.name, AFFILIATION[row.source])
        account.set("schacPersonalUniqueID", NATIONAL_CODE_URN + person.national_code)
        account.set("mobile", "+98" + person.mobile[1:])
        copy_row_to_account(row.values, account)
        return account

    def account(self, uid: str, branch: str, name: FullName, affiliation: tuple[str, ...] = ()) -> Account:
        """Make an enabled entry that somebody used within the last two months."""
        address = f"{uid}@{DOMAIN}"
        account = Account(uid, branch, {"objectClass": list(PERSON_CLASSES), "uid": [uid]})
        set_latin_names(account, name)
        set_names(account, name)
        account.set("mail", address)
        account.set("eduPersonPrincipalName", address)
        account.set("eduPersonAffiliation", *affiliation)
        account.set("schacHomeOrganization", DOMAIN)
        account.set("schacUserStatus", STATUS_URN + "active")
        account.set("entryUUID", str(uuid.UUID(int=self.rng.getrandbits(128), version=4)))
        account.set("createTimestamp", timestamp(some_day(self.rng, self.today, OLDEST_ACCOUNT, 30), self.rng))
        self.last_login(account, self.rng.randint(1, 60))
        self.accounts.append(account)
        return account

    def last_login(self, account: Account, days_ago: int) -> None:
        """Note when the entry was last used."""
        account.set("pwdLastSuccess", timestamp(some_day(self.rng, self.today, days_ago, days_ago), self.rng))

    def new_uid(self, name: FullName) -> str:
        """Make a free user name such as m.karimi, a.hosseini2."""
        first, last = (part.latin.lower().replace(" ", "") for part in (name.first, name.last))
        stem = f"{first[0]}.{last}"[:18]
        self._uids[stem] = self._uids.get(stem, 0) + 1
        return stem if self._uids[stem] == 1 else f"{stem}{self._uids[stem]}"

    def plain_person(self) -> Person:
        """Make a person with one simple first name and one simple last name of five letters or more."""
        longer = [name for name in names.SIMPLE_LAST if len(name.fa) > 4 and name.fa.isalpha()]
        return self.person(FullName(self.rng.choice(names.MALE), self.rng.choice(longer)))

    def new_code(self) -> str:
        """Draw one more valid code that nobody has."""
        return new_code(self.rng, self._codes)

    def expect(
        self,
        plant: str,
        employee: Employee,
        situations: dict[int, str],
        *,
        fields: Sequence[str] = (),
        since: int = 1,
        notes: Sequence[str] = (),
        detail: str = "",
    ) -> None:
        """Write down what is to be found about an employee on each day; `fields` differ from day `since` on."""
        for day, situation in situations.items():
            values = employee.row.on(day) or employee.row.values
            self.truth.append(
                Planted(
                    plant=plant,
                    source=employee.row.source,
                    day=day,
                    situation=situation,
                    national_code=employee.person.national_code,
                    personnel_number=values[f.PERSONNEL_NUMBER],
                    dns=sorted(employee.dns),
                    fields=sorted(fields) if day >= since else [],
                    notes=list(notes),
                    detail=detail,
                )
            )

    def expect_account(self, plant: str, account: Account, situation: str, code: str | None, detail: str) -> None:
        """Write down what is to be found on every day about an account that no source mentions."""
        for day in DAYS:
            self.truth.append(
                Planted(plant, "", day, situation, code, None, [account.dn], [], [], detail),
            )

    def spare_number(self, source: str) -> str:
        """Give a personnel number that nobody has."""
        return self._next_number(source, self.today)

    def _next_number(self, source: str, start: date) -> str:
        self._numbers[source] += 1
        return f"{jalali(start)[:4]}{self._numbers[source]}"


def named(first: str, first_latin: str, last: str, last_latin: str) -> FullName:
    """Give a name that a story needs."""
    return FullName(Name(first, first_latin), Name(last, last_latin))
