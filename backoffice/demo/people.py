"""What the demo university is made of: persons, rows of HR files, accounts in the directory."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from persiantools.jdatetime import JalaliDate

from backoffice.demo.names import FullName
from backoffice.rules import fields as f
from backoffice.rules.national_code import check_digit, is_valid

BASE_DN = "dc=example,dc=ac,dc=ir"
DOMAIN = "example.ac.ir"
NATIONAL_CODE_URN = "urn:schac:personalUniqueID:ir:nationalCode:"
STATUS_URN = f"urn:schac:userStatus:ir:{DOMAIN}:"
LOCKED_FOR_EVER = "000001010000Z"
DAYS = (1, 2, 3)
DAYS_OF_YEAR = 365

PERSON_CLASSES = (
    "inetOrgPerson", "eduPerson", "schacContactLocation", "schacLinkageIdentifiers", "schacEntryMetadata",
    "schacUserEntitlements",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One human being, as the civil registry knows them."""

    national_code: str
    name: FullName
    father: str
    birth: date
    mobile: str


@dataclass
class Row:
    """One row of an HR source, with what changes on later days; it is in the files from `first_day` to `last_day`."""

    source: str
    values: dict[str, str]
    first_day: int = DAYS[0]
    last_day: int = DAYS[-1]
    later: dict[int, dict[str, str]] = field(default_factory=dict)
    absent_on: frozenset[int] = frozenset()
    copies: int = 1
    broken_until: int = 0  # the last day on which it cannot be read

    def on(self, day: int) -> dict[str, str] | None:
        """Give the values in that day's file; None if the row is not in it."""
        if not self.first_day <= day <= self.last_day or day in self.absent_on:
            return None
        changes = [change for since, change in sorted(self.later.items()) if since <= day]
        merged = dict(self.values)
        for change in changes:
            merged.update(change)
        return merged


@dataclass
class Account:
    """One entry of the directory; `attributes` are written as they are."""

    uid: str
    branch: str
    attributes: dict[str, list[str]]

    @property
    def dn(self) -> str:
        """The DN as the server gives it."""
        return f"uid={self.uid},ou={self.branch},{BASE_DN}"

    def set(self, name: str, *values: str) -> None:
        """Replace an attribute; without values it goes away."""
        self.attributes[name] = list(values)

    def disable(self) -> None:
        """Disable it as this university does: a state to be read, and a lock that slapd enforces."""
        self.set("schacUserStatus", STATUS_URN + "disabled")
        self.set("pwdAccountLockedTime", LOCKED_FOR_EVER)


@dataclass
class Employee:
    """A person with the row and the account they were hired with."""

    person: Person
    row: Row
    account: Account | None
    second_account: Account | None = None

    @property
    def dns(self) -> list[str]:
        """The DNs of all accounts."""
        return [account.dn for account in (self.account, self.second_account) if account]


def new_code(rng: random.Random, used: set[str], prefix: str = "") -> str:
    """Draw a valid national code that is not used yet, and note it as used."""
    while True:
        nine = prefix + "".join(rng.choice("0123456789") for _ in range(9 - len(prefix)))
        code = nine + str(check_digit(nine))
        # Without a prefix none begins with 0: lost zeros are planted on purpose.
        if is_valid(code) and code not in used and (prefix or code[0] != "0"):
            used.add(code)
            return code


def jalali(day: date) -> str:
    """Write a date as HR files do, e.g. 1365/03/07."""
    written = JalaliDate(day)  # type: ignore[no-untyped-call]
    return f"{written.year}/{written.month:02}/{written.day:02}"


def timestamp(day: date, rng: random.Random) -> str:
    """Write a time in working hours of that day as generalized time."""
    return f"{day:%Y%m%d}{rng.randint(5, 13):02}{rng.randint(0, 59):02}{rng.randint(0, 59):02}Z"


def some_day(rng: random.Random, today: date, oldest: int, newest: int) -> date:
    """Draw a day between `oldest` and `newest` days before today."""
    return today - timedelta(days=rng.randint(newest, oldest))


def set_names(account: Account, name: FullName) -> None:
    """Write the Persian names of an entry."""
    account.set("givenName;lang-fa", name.first.fa)
    account.set("sn;lang-fa", name.last.fa)
    account.set("cn;lang-fa", f"{name.first.fa} {name.last.fa}")


def set_latin_names(account: Account, name: FullName) -> None:
    """Write the Latin names of an entry."""
    account.set("givenName", name.first.latin)
    account.set("sn", name.last.latin)
    for attribute in ("cn", "displayName"):
        account.set(attribute, f"{name.first.latin} {name.last.latin}")


def copy_row_to_account(values: dict[str, str], account: Account) -> None:
    """Write what HR owns besides names and code."""
    for name, attribute in (
        (f.PERSONNEL_NUMBER, "employeeNumber"),
        (f.UNIT, "ou"),
        (f.UNIT_CODE, "departmentNumber"),
        (f.TITLE, "title"),
        (f.EMPLOYMENT_TYPE, "employeeType"),
    ):
        account.set(attribute, values[name])
