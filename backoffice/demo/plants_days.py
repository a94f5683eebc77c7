"""What happens on the second and third day, and the table of everything that is planted."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from backoffice.demo import plants_attributes as attributes
from backoffice.demo import plants_entitlement as entitlement
from backoffice.demo import plants_identity as identity
from backoffice.demo import units
from backoffice.demo.people import DAYS, jalali
from backoffice.demo.world import World
from backoffice.rules import fields as f

FULL_SIZE = 5000


def moved_later(world: World, source: str, index: int) -> None:
    """Move the person to another unit on the second or third day."""
    day = 2 + index % 2
    employee = world.hire(source)
    old = employee.row.values[f.UNIT_CODE]
    unit = world.rng.choice([unit for unit in units.UNITS[source] if unit.code != old])
    employee.row.later[day] = {f.UNIT: unit.name, f.UNIT_CODE: unit.code}
    situations = {1: "FOUND", 2: "DRIFT" if day == 2 else "CONFIRMED", 3: "DRIFT"}
    world.expect("moved_later", employee, situations, fields=(f.UNIT, f.UNIT_CODE), since=day)


def joined_later(world: World, source: str, index: int) -> None:
    """Bring a new colleague on the second or third day."""
    day = 2 + index % 2
    employee = world.hire(source, values={f.START_DATE: jalali(world.today)}, account=False)
    employee.row.first_day = day
    world.expect("joined_later", employee, {each: "NOT_REGISTERED" for each in DAYS if each >= day})


def vanished(world: World, source: str, index: int) -> None:
    """Take the row away from the second or third day on."""
    day = 2 + index % 2
    employee = world.hire(source)
    employee.row.last_day = day - 1
    situations = {1: "FOUND", 2: "MISSING" if day == 2 else "CONFIRMED", 3: "MISSING"}
    world.expect("vanished", employee, situations)


def away_for_a_day(world: World, source: str, _: int) -> None:
    """Leave the row out on the second day only."""
    employee = world.hire(source)
    employee.row.absent_on = frozenset({2})
    world.expect("away_for_a_day", employee, {1: "FOUND", 2: "MISSING", 3: "CONFIRMED"})


def left_later(world: World, source: str, index: int) -> None:
    """Let HR say on the second or third day that the person left."""
    day = 2 + index % 2
    employee = world.hire(source)
    employee.row.later[day] = {f.STATUS: "مستعفی", f.END_DATE: jalali(world.today - timedelta(days=4))}
    situations = {1: "FOUND", 2: "LEAVER" if day == 2 else "CONFIRMED", 3: "LEAVER"}
    world.expect("left_later", employee, situations)


def died_later(world: World, source: str, _: int) -> None:
    """Let HR say on the second day that the person died."""
    employee = world.hire(source)
    employee.row.later[2] = {f.STATUS: "متوفی"}
    world.expect("died_later", employee, {1: "FOUND", 2: "DECEASED", 3: "DECEASED"})


def one_person_twice(world: World, source: str, _: int) -> None:
    """Bring on day 2 a row with another code, but a colleague's names, father and birth date (tier T5)."""
    known = world.hire("staff")
    person = world.person(known.person.name)
    again = world.hire(
        source,
        person,
        {f.FATHER_NAME: known.person.father, f.BIRTH_DATE: jalali(known.person.birth)},
        account=False,
    )
    again.row.first_day = 2
    world.expect("one_person_twice", again, {2: "REVIEW", 3: "REVIEW"})


def entry_deleted(world: World, source: str, _: int) -> None:
    """Have somebody delete the entry between the first and the second day."""
    employee = world.hire(source)
    world.directory_changes += [f"dn: {dn}\nchangetype: delete" for dn in employee.dns]
    situations = {1: "FOUND", 2: "TARGET_GONE", 3: "TARGET_GONE"}
    world.expect("entry_deleted", employee, situations, detail="after the directory changes of day 2")


class Plant(NamedTuple):
    """How often something is planted in each source, at full size; the larger number is never below 1."""

    make: Callable[[World, str, int], None]
    staff: int
    faculty: int


PLANTS = (
    Plant(entitlement.deceased, 1, 2),
    Plant(identity.shared_account, 1, 0),
    Plant(identity.two_accounts, 1, 2),
    Plant(attributes.moved, 8, 3),
    Plant(attributes.promoted, 6, 4),
    Plant(attributes.other_employment, 5, 2),
    Plant(attributes.other_number, 2, 1),
    Plant(attributes.no_code, 10, 4),
    Plant(attributes.no_persian_names, 14, 8),
    Plant(attributes.spelled, 26, 13),
    Plant(attributes.decorated, 14, 0),
    Plant(attributes.lost_zeros, 6, 2),
    Plant(entitlement.not_registered, 16, 5),
    Plant(entitlement.not_entitled, 40, 10),
    Plant(entitlement.unknown_status, 2, 1),
    Plant(entitlement.leaver, 9, 3),
    Plant(entitlement.contract_over, 3, 0),
    Plant(entitlement.on_leave, 4, 3),
    Plant(entitlement.disabled, 30, 6),
    Plant(entitlement.archived, 45, 15),
    Plant(entitlement.orphan, 14, 0),
    Plant(identity.one_letter, 3, 2),
    Plant(identity.prefix, 3, 2),
    Plant(identity.other_name, 2, 1),
    Plant(identity.other_code, 2, 0),
    Plant(identity.latin_stranger, 1, 1),
    Plant(identity.latin_and_number, 1, 1),
    Plant(identity.rows_disagree, 1, 0),
    Plant(identity.number_twice, 1, 0),
    Plant(identity.two_roles, 0, 12),
    Plant(identity.row_doubled, 3, 2),
    Plant(identity.code_mistyped, 2, 1),
    Plant(identity.no_such_date, 1, 0),
    Plant(identity.name_empty, 1, 0),
    Plant(moved_later, 8, 4),
    Plant(joined_later, 5, 2),
    Plant(vanished, 4, 2),
    Plant(away_for_a_day, 1, 0),
    Plant(left_later, 3, 2),
    Plant(died_later, 1, 0),
    Plant(one_person_twice, 0, 1),
    Plant(entry_deleted, 1, 0),
)


def plant_all(world: World, size: int) -> None:
    """Plant everything, in numbers that fit a university of this size."""
    for plant in PLANTS:
        for source, count in (("staff", plant.staff), ("faculty", plant.faculty)):
            scaled = round(count * size / FULL_SIZE)
            least = 1 if count and count == max(plant.staff, plant.faculty) else 0
            for index in range(max(scaled, least)):
                plant.make(world, source, index)
