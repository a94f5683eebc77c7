"""Planted things about attributes: what differs, what only looks different, what is absent."""

from typing import NamedTuple

from backoffice.demo import units
from backoffice.demo.names import ZWNJ, FullName, Name
from backoffice.demo.people import Account, Employee, set_names
from backoffice.demo.world import World
from backoffice.rules import fields as f

LINKED = {1: "FOUND", 2: "CONFIRMED", 3: "CONFIRMED"}
DRIFTING = {1: "FOUND", 2: "DRIFT", 3: "DRIFT"}
PERSIAN_NAMES = ("givenName;lang-fa", "sn;lang-fa", "cn;lang-fa")


class Spelling(NamedTuple):
    kind: str
    field: str
    clean: Name
    messy: str


SPELLINGS = (
    Spelling("yeh_kaf", f.LAST_NAME, Name("کریمی", "Karimi"), "كريمي"),
    Spelling("zwnj", f.LAST_NAME, Name(f"حسین{ZWNJ}زاده", "Hosseinzadeh"), "حسینزاده"),
    Spelling("hamza", f.LAST_NAME, Name("رضایی", "Rezaei"), "رضائی"),
    Spelling("spacing", f.FIRST_NAME, Name("محمدرضا", "Mohammadreza"), "محمد رضا"),
    Spelling("yeh_kaf", f.FIRST_NAME, Name("فاطمه", "Fatemeh"), "فاطمة"),
    Spelling("marks", f.LAST_NAME, Name("محمدی", "Mohammadi"), "محمـــدی"),
    Spelling("hamza", f.LAST_NAME, Name("آقایی", "Aghaei"), "اقایی"),
    Spelling("marks", f.FIRST_NAME, Name("محمد", "Mohammad"), "محمّد"),
    Spelling("hamza", f.FIRST_NAME, Name("رؤیا", "Roya"), "رویا"),
    Spelling("spacing", f.FIRST_NAME, Name("سید علی", "Seyed Ali"), "سید  علی"),
    Spelling("marks", f.LAST_NAME, Name("رضوی", "Razavi"), "رضوی\u200f"),
    Spelling("yeh_kaf", f.FIRST_NAME, Name("مرضیه", "Marzieh"), "مرضیۀ"),
    Spelling("zwnj", f.FIRST_NAME, Name(f"علی{ZWNJ}اکبر", "Aliakbar"), "علیاکبر"),
)
DECORATIONS = ('="{}"', "'{}", " {} ", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}{0[6]}{0[7]}{0[8]}-{0[9]}", "\u200e{}")
DIGITS = ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")


def moved(world: World, source: str, _: int) -> None:
    """Let HR have moved the person to another unit, unknown to the directory."""
    employee = world.hire(source)
    other = _other_unit(world, employee)
    _account(employee).set("ou", other.name)
    _account(employee).set("departmentNumber", other.code)
    world.expect("moved", employee, DRIFTING, fields=(f.UNIT, f.UNIT_CODE), detail=f"directory: {other.name}")


def promoted(world: World, source: str, _: int) -> None:
    """Let HR have given the person another post."""
    _changed(world, source, "promoted", f.TITLE, "title", units.TITLES[source])


def other_employment(world: World, source: str, _: int) -> None:
    """Let HR have changed the kind of employment."""
    _changed(world, source, "other_employment", f.EMPLOYMENT_TYPE, "employeeType", units.EMPLOYMENT[source])


def other_number(world: World, source: str, _: int) -> None:
    """Give the person another personnel number."""
    employee = world.hire(source)
    _account(employee).set("employeeNumber", world.spare_number(source))
    world.expect("other_number", employee, DRIFTING, fields=(f.PERSONNEL_NUMBER,))


def no_code(world: World, source: str, _: int) -> None:
    """Leave the entry without national code; personnel number and names lead to the person (tier T4b)."""
    employee = world.hire(source)
    _account(employee).set("schacPersonalUniqueID")
    world.expect("no_code", employee, DRIFTING, fields=(f.NATIONAL_CODE,))


def no_persian_names(world: World, source: str, _: int) -> None:
    """Leave the entry with Latin names only, which fit (tier T1b): what is absent is not different."""
    employee = world.hire(source, world.plain_person())
    for attribute in PERSIAN_NAMES:
        _account(employee).set(attribute)
    world.expect("no_persian_names", employee, LINKED)


def spelled(world: World, source: str, index: int) -> None:
    """Let HR and directory write the same name differently."""
    spelling = SPELLINGS[index % len(SPELLINGS)]
    drawn = world.plain_person().name
    in_first = spelling.field == f.FIRST_NAME
    name = FullName(spelling.clean, drawn.last) if in_first else FullName(drawn.first, spelling.clean)
    employee = world.hire(source, world.person(name))
    messy = name._replace(**{"first" if in_first else "last": Name(spelling.messy, spelling.clean.latin)})
    if index // len(SPELLINGS) % 2:  # the second round writes the directory's side differently
        set_names(_account(employee), messy)
    else:
        employee.row.values[spelling.field] = spelling.messy
    world.expect("spelled", employee, LINKED, notes=["NAME_SPELLING"], detail=f"{spelling.field}: {spelling.kind}")


def decorated(world: World, source: str, index: int) -> None:
    """Write the code with something around it, or in other digits: nothing is to be said about it."""
    employee = world.hire(source)
    code = employee.person.national_code
    styles = len(DECORATIONS) + len(DIGITS)
    if index % styles < len(DECORATIONS):
        written = DECORATIONS[index % styles].format(code)
    else:
        written = code.translate(str.maketrans("0123456789", DIGITS[index % styles - len(DECORATIONS)]))
    employee.row.values[f.NATIONAL_CODE] = written
    world.expect("decorated", employee, LINKED)


def lost_zeros(world: World, source: str, index: int) -> None:
    """Drop the zeros at the beginning of the code, as spreadsheets do."""
    employee = world.hire(source, world.person(prefix=("01", "001")[index % 2]))
    employee.row.values[f.NATIONAL_CODE] = employee.person.national_code.lstrip("0")
    world.expect("lost_zeros", employee, LINKED, notes=["PADDED_CODE"])


def _changed(world: World, source: str, plant: str, field: str, attribute: str, choices: tuple[str, ...]) -> None:
    employee = world.hire(source)
    others = [choice for choice in choices if choice != employee.row.values[field]]
    _account(employee).set(attribute, world.rng.choice(others))
    world.expect(plant, employee, DRIFTING, fields=(field,))


def _other_unit(world: World, employee: Employee) -> units.Unit:
    choices = units.UNITS[employee.row.source]
    return world.rng.choice([unit for unit in choices if unit.code != employee.row.values[f.UNIT_CODE]])


def _account(employee: Employee) -> Account:
    assert employee.account
    return employee.account
