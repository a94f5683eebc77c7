"""Planted things about identity: who is who, and rows that contradict each other or cannot be read."""

from collections.abc import Callable

from backoffice.demo import names, units
from backoffice.demo.names import Name
from backoffice.demo.people import DAYS, NATIONAL_CODE_URN, Employee, set_latin_names, set_names, timestamp
from backoffice.demo.plants_attributes import LINKED, PERSIAN_NAMES
from backoffice.demo.world import AFFILIATION, World, named
from backoffice.rules import fields as f
from backoffice.rules import text

SHARED = named("علی", "Ali", "محمدی", "Mohammadi")
DEAN = named("شهلا", "Shahla", "رستگار", "Rastegar")
STRANGER = named("گارنیک", "Garnik", "وارطانیان", "Vartanian")
DEAN_TITLE = "رئیس دانشکده"


def one_letter(world: World, source: str, _: int) -> None:
    """Write the last name with one letter less (tier T2)."""
    employee = world.hire(source, world.plain_person())
    last = employee.person.name.last.fa
    employee.row.values[f.LAST_NAME] = last[:2] + last[3:]
    _expect_always(world, "one_letter", employee, "REVIEW", f.LAST_NAME)


def prefix(world: World, source: str, index: int) -> None:
    """Write سید on one side only (tier T2)."""
    employee = world.hire(source, world.plain_person())
    name = employee.person.name
    longer = f"سید {name.first.fa}"
    if index % 2 == 0:
        employee.row.values[f.FIRST_NAME] = longer
    elif employee.account:
        set_names(employee.account, name._replace(first=Name(longer, name.first.latin)))
    _expect_always(world, "prefix", employee, "REVIEW", f.FIRST_NAME)


def other_name(world: World, source: str, _: int) -> None:
    """Give the entry of this code quite another last name (tier T3)."""
    employee = world.hire(source, world.plain_person())
    assert employee.account
    name = employee.person.name
    set_names(employee.account, name._replace(last=_unlike(world, name.last)))
    _expect_always(world, "other_name", employee, "NAME_CONFLICT", f.LAST_NAME)


def other_code(world: World, source: str, _: int) -> None:
    """Give the entry another code; personnel number and names agree (tier T4)."""
    employee = world.hire(source)
    assert employee.account
    employee.account.set("schacPersonalUniqueID", NATIONAL_CODE_URN + world.new_code())
    _expect_always(world, "other_code", employee, "ID_CHANGED", f.NATIONAL_CODE)


def latin_stranger(world: World, source: str, _: int) -> None:
    """Give the entry only Latin names, which cannot be this person's (tier T1b)."""
    employee = world.hire(source, world.plain_person())
    assert employee.account
    set_latin_names(employee.account, STRANGER)
    for attribute in PERSIAN_NAMES:
        employee.account.set(attribute)
    _expect_always(world, "latin_stranger", employee, "REVIEW")


def latin_and_number(world: World, source: str, _: int) -> None:
    """Leave the entry without code and Persian names; the personnel number agrees (tier T4b)."""
    employee = world.hire(source, world.plain_person())
    assert employee.account
    for attribute in (*PERSIAN_NAMES, "schacPersonalUniqueID"):
        employee.account.set(attribute)
    _expect_always(world, "latin_and_number", employee, "REVIEW")


def two_accounts(world: World, source: str, index: int) -> None:
    """Plant worst problem 3: a dean with two accounts; both are enabled and both are used."""
    is_dean = source == "faculty" and index == 0
    post = {f.TITLE: DEAN_TITLE, f.UNIT: units.FACULTIES[0].name, f.UNIT_CODE: units.FACULTIES[0].code}
    employee = world.hire(source, world.person(DEAN), post) if is_dean else world.hire(source)
    name, code = employee.person.name, employee.person.national_code
    uid = "dean.eng" if is_dean else world.new_uid(name)
    second = world.account(uid, "people", name, AFFILIATION[source])
    second.set("schacPersonalUniqueID", NATIONAL_CODE_URN + code)
    second.set("createTimestamp", timestamp(world.today.replace(year=world.today.year - 11, day=1), world.rng))
    employee.second_account = second
    detail = "a dean" if is_dean else ""
    world.expect("two_accounts", employee, dict.fromkeys(DAYS, "TWO_ACCOUNTS"), detail=detail)


def shared_account(world: World, source: str, _: int) -> None:
    """Plant worst problem 2: two people of one name, and one account that holds both."""
    first = world.hire(source, world.person(SHARED))
    second = world.hire(source, world.person(SHARED), account=False)
    assert first.account
    second.account = first.account
    both = (first, second)
    first.account.set("schacPersonalUniqueID", *(NATIONAL_CODE_URN + each.person.national_code for each in both))
    for each in both:
        world.expect("shared_account", each, dict.fromkeys(DAYS, "AMBIGUOUS"))


def rows_disagree(world: World, source: str, _: int) -> None:
    """Let the other source have a row of the same code with another name."""
    employee = world.hire(source, world.plain_person())
    name = employee.person.name
    other = "staff" if source == "faculty" else "faculty"
    row = world.row(other, employee.person, {f.LAST_NAME: _unlike(world, name.last).fa})
    world.extra_rows.append(row)
    _expect_always(world, "rows_disagree", employee, "ROW_CONFLICT")


def number_twice(world: World, source: str, _: int) -> None:
    """Give two people one personnel number."""
    first, second = world.hire(source), world.hire(source)
    second.row.values[f.PERSONNEL_NUMBER] = first.row.values[f.PERSONNEL_NUMBER]
    for each in (first, second):
        _expect_always(world, "number_twice", each, "ROW_CONFLICT")


def two_roles(world: World, source: str, _: int) -> None:
    """Hire somebody as faculty and staff: one person, one account."""
    employee = world.hire(source)
    row = world.row("staff", employee.person)
    world.extra_rows.append(row)
    assert employee.account
    employee.account.set("eduPersonAffiliation", "faculty", "staff", "employee", "member")
    world.expect("two_roles", employee, LINKED, notes=["TWO_ROLES"])


def row_doubled(world: World, source: str, _: int) -> None:
    """Write the same row twice."""
    employee = world.hire(source)
    employee.row.copies = 2
    world.expect("row_doubled", employee, LINKED, notes=["DUPLICATE_ROW"])


def code_mistyped(world: World, source: str, _: int) -> None:
    """Mistype the code, so that it fails its checksum."""

    def mistype(employee: Employee) -> dict[str, str]:
        code = employee.person.national_code
        return {f.NATIONAL_CODE: code[:9] + str((int(code[9]) + 1) % 10)}

    _quarantined(world, source, "code_mistyped", mistype, dict.fromkeys(DAYS, "ROW_QUARANTINED"))


def no_such_date(world: World, source: str, _: int) -> None:
    """Write a thirteenth month on the first day, which HR repairs for the second."""
    repaired = {1: "ROW_QUARANTINED", 2: "FOUND", 3: "CONFIRMED"}
    _quarantined(world, source, "no_such_date", lambda _: {f.BIRTH_DATE: "1362/13/05"}, repaired)


def name_empty(world: World, source: str, _: int) -> None:
    """Leave the last name blank."""
    always = dict.fromkeys(DAYS, "ROW_QUARANTINED")
    _quarantined(world, source, "name_empty", lambda _: {f.LAST_NAME: "  "}, always)


def _quarantined(
    world: World,
    source: str,
    plant: str,
    broken: Callable[[Employee], dict[str, str]],
    situations: dict[int, str],
) -> None:
    employee = world.hire(source)
    world.expect(plant, employee, situations)
    values = broken(employee)
    last = max(day for day, situation in situations.items() if situation == "ROW_QUARANTINED")
    employee.row.broken_until = last
    if last < DAYS[-1]:
        employee.row.later[last + 1] = {name: employee.row.values[name] for name in values}
    employee.row.values.update(values)


def _unlike(world: World, last: Name) -> Name:
    while True:
        other = world.rng.choice(names.SIMPLE_LAST)
        if not text.one_edit(last.fa, other.fa) and not text.equal_n3(last.fa, other.fa):
            return other


def _expect_always(world: World, plant: str, employee: Employee, situation: str, *fields: str) -> None:
    world.expect(plant, employee, dict.fromkeys(DAYS, situation), fields=fields)
