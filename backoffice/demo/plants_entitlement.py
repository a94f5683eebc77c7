"""Planted things about entitlement: who has an account and should not, and the other way round."""

from datetime import timedelta
from typing import NamedTuple

from backoffice.demo import units
from backoffice.demo.names import FullName
from backoffice.demo.people import (
    DAYS,
    DAYS_OF_YEAR,
    NATIONAL_CODE_URN,
    Account,
    Employee,
    jalali,
    some_day,
    timestamp,
)
from backoffice.demo.world import AFFILIATION, World, named
from backoffice.rules import fields as f

PROFESSOR = named("منوچهر", "Manouchehr", "کیهانی", "Keyhani")


class Ending(NamedTuple):
    status: str
    days_ago: int | None


ENDINGS = {
    "staff": (
        Ending("بازنشسته", 40), Ending("مستعفی", 20), Ending("انتقالی", 12), Ending("پایان قرارداد", 9),
        Ending("بازخرید", 200), Ending("اخراج", 5), Ending("بازنشسته", 300), Ending("مستعفی", None),
        Ending("انتقالی", 75),
    ),
    "faculty": (Ending("بازنشسته", 300), Ending("انتقالی", 60), Ending("بازنشسته", 900)),
}  # fmt: skip
LEAVES = ("مرخصی بدون حقوق", "آماده به خدمت")
UNKNOWN_WORDS = ("در انتظار حکم", "معلق", "نامشخص")
ENDED = {"staff": "بازنشسته", "faculty": "انتقالی"}


class Orphan(NamedTuple):
    uid: str
    name: FullName
    detail: str


ORPHANS = (
    Orphan("conference.1401", named("همایش", "Conference", "ملی", "National"), "account of a conference long over"),
    Orphan("lab110", named("آزمایشگاه", "Lab", "شبکه", "Network"), "shared account of a laboratory"),
    Orphan("test.user", named("کاربر", "Test", "آزمایشی", "User"), "test account"),
    Orphan("guest.library", named("مهمان", "Guest", "کتابخانه", "Library"), "guest account at the library"),
)


def not_registered(world: World, source: str, _: int) -> None:
    """Hire somebody who has no account yet."""
    _expect_always(world, "not_registered", world.hire(source, account=False), "NOT_REGISTERED")


def not_entitled(world: World, source: str, _: int) -> None:
    """Let somebody have left long ago, without an account: as it should be."""
    employee = world.hire(source, None, _ended(world, Ending(ENDED[source], 1000)), account=False)
    _expect_always(world, "not_entitled", employee, "NOT_ENTITLED")


def unknown_status(world: World, source: str, index: int) -> None:
    """Use a status word that nobody has explained."""
    word = UNKNOWN_WORDS[index % len(UNKNOWN_WORDS)]
    _expect_always(world, "unknown_status", world.hire(source, None, {f.STATUS: word}), "UNKNOWN_STATUS", word)


def leaver(world: World, source: str, index: int) -> None:
    """Let HR say that the employment ended, while the account works."""
    ending = ENDINGS[source][index % len(ENDINGS[source])]
    employee = world.hire(source, None, _ended(world, ending))
    _expect_always(world, "leaver", employee, "LEAVER", f"{ending.status}, {ending.days_ago} days ago")


def contract_over(world: World, source: str, index: int) -> None:
    """Let the contract's end date pass for somebody still called active."""
    end = jalali(world.today - timedelta(days=12 + index))
    employee = world.hire(source, None, {f.EMPLOYMENT_TYPE: units.CONTRACT, f.END_DATE: end, f.STATUS: "شاغل"})
    _expect_always(world, "contract_over", employee, "LEAVER", f"contract ended {end}")


def on_leave(world: World, source: str, index: int) -> None:
    """Send somebody on unpaid leave: account and mailbox stay."""
    word = LEAVES[index % len(LEAVES)]
    _expect_always(world, "on_leave", world.hire(source, None, {f.STATUS: word}), "ON_LEAVE", word)


def deceased(world: World, source: str, index: int) -> None:
    """Plant worst problem 1: a professor who died seven months ago; somebody logged in yesterday."""
    person = world.person(PROFESSOR) if source == "faculty" and index == 0 else world.person()
    end = jalali(world.today - timedelta(days=210))
    employee = world.hire(source, person, {f.STATUS: "متوفی", f.END_DATE: end, f.TITLE: units.TITLES[source][-2]})
    assert employee.account
    world.last_login(employee.account, 1)
    _expect_always(world, "deceased", employee, "DECEASED", "the account was used yesterday")


def disabled(world: World, source: str, _: int) -> None:
    """Let somebody have left whose account is disabled already."""
    employee = world.hire(source, None, _ended(world, Ending(ENDED[source], 500)))
    assert employee.account
    employee.account.disable()
    world.last_login(employee.account, 520)
    _expect_always(world, "disabled", employee, "DISABLED")


def archived(world: World, source: str, _: int) -> None:
    """Put an entry in ou=archived for somebody who left years ago and has no row any more."""
    person = world.person()
    account = world.account(world.new_uid(person.name), "archived", person.name, AFFILIATION[source])
    account.set("schacPersonalUniqueID", NATIONAL_CODE_URN + person.national_code)
    account.disable()
    world.last_login(account, world.rng.randint(800, 2000))
    world.expect_account("archived", account, "DISABLED", person.national_code, "")


def orphan(world: World, _: str, index: int) -> None:
    """Make an enabled entry that no source knows: things first, then people whom nobody remembers."""
    if index < len(ORPHANS):
        uid, name, detail = ORPHANS[index]
        account = _long_unused(world, world.account(uid, "people", name, AFFILIATION["staff"]))
        world.expect_account("orphan", account, "ORPHAN", None, detail)
        return
    person = world.person()
    account = _long_unused(
        world, world.account(world.new_uid(person.name), "people", person.name, AFFILIATION["staff"])
    )
    account.set("schacPersonalUniqueID", NATIONAL_CODE_URN + person.national_code)
    world.expect_account("orphan", account, "ORPHAN", person.national_code, "a person HR does not know")


def _long_unused(world: World, account: Account) -> Account:
    created = some_day(world.rng, world.today, 9 * DAYS_OF_YEAR, 2 * DAYS_OF_YEAR)
    account.set("createTimestamp", timestamp(created, world.rng))
    world.last_login(account, world.rng.randint(90, 700))
    return account


def _ended(world: World, ending: Ending) -> dict[str, str]:
    end = "" if ending.days_ago is None else jalali(world.today - timedelta(days=ending.days_ago))
    return {f.STATUS: ending.status, f.END_DATE: end}


def _expect_always(world: World, plant: str, employee: Employee, situation: str, detail: str = "") -> None:
    world.expect(plant, employee, dict.fromkeys(DAYS, situation), detail=detail)
