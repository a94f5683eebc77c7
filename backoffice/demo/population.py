"""Everyone about whom there is nothing to say: colleagues, students, services, people who log in to the desk."""

from base64 import b64encode
from dataclasses import dataclass

from nacl.pwhash import argon2id

from backoffice.demo import ldif, units
from backoffice.demo.names import FullName, Name
from backoffice.demo.people import BASE_DN, NATIONAL_CODE_URN, Account
from backoffice.demo.world import AFFILIATION, World, named
from backoffice.rules import fields as f

# Staff and faculty of all persons; a small university keeps enough employees for everything that is planted.
SHARES = {"staff": 0.34, "faculty": 0.14}
SMALL_SHARES = {"staff": 0.62, "faculty": 0.26}
SMALL = 1000

SERVICES = (
    "backup", "monitoring", "mail.relay", "radius", "eduroam", "vpn", "library", "automation", "golestan", "lms",
    "webmail", "portal", "print", "proxy", "voip", "git", "wiki", "dhcp", "camera", "gate", "food", "sms", "ticket",
    "scanner",
)  # fmt: skip
PROTECTED = ("emergency.admin", "kiosk.library")

WORDS = (
    "saffron", "pomegranate", "cypress", "river", "lantern", "garden", "mountain", "carpet", "walnut", "copper",
    "falcon", "harbour", "island", "jasmine", "kettle", "lemon", "marble", "needle", "orchard", "pepper", "quartz",
    "ribbon", "saddle", "tulip", "umbrella", "valley", "window", "yogurt", "zephyr", "almond", "bridge", "candle",
)  # fmt: skip
PASSWORD_WORDS = 4
PASSES, KIBIBYTES, HASH_BYTES = 2, 19456, 32


@dataclass(frozen=True)
class DemoLogin:
    """Somebody who logs in to the desk with the directory's password."""

    role: str
    group: str
    uid: str
    dn: str
    name: str
    password: str


LOGINS = (
    ("it_admin", named("آرش", "Arash", "دانشمند", "Daneshmand")),
    ("it_operator", named("سمیرا", "Samira", "نیک‌نام", "Niknam")),
    ("helpdesk", named("نیما", "Nima", "صبوری", "Sabouri")),
    ("hr_liaison", named("مهناز", "Mahnaz", "کاتبی", "Katebi")),
    ("manager", named("فرهاد", "Farhad", "وکیلی", "Vakili")),
    ("auditor", named("لیلا", "Leila", "عادلی", "Adeli")),
)


def log_in_people(world: World) -> list[DemoLogin]:
    """Hire one person for each role of the desk, with a password and a group."""
    return [_log_in_person(world, role, name) for role, name in LOGINS]


def fill(world: World, size: int) -> None:
    """Hire until staff and faculty have their share of `size`, and let the rest be students; then the services."""
    shares = SMALL_SHARES if size < SMALL else SHARES
    for source, share in shares.items():
        present = sum(row.source == source for row in world.rows)
        for _ in range(max(0, round(size * share) - present)):
            world.hire(source)
    for number in range(max(0, size - world.persons)):
        _student(world, number)
    for name in SERVICES:
        account = world.account(f"svc.{name}", "services", _service(name))
        world.expect_account("service", account, "PROTECTED", None, "")
    for name in PROTECTED:
        account = world.account(name, "people", _service(name), AFFILIATION["staff"])
        world.expect_account("service", account, "PROTECTED", None, "named in [ldap] protected")


def protected_dns() -> list[str]:
    """Give the entries among people that the settings protect."""
    return [f"uid={uid},ou=people,{BASE_DN}" for uid in PROTECTED]


def groups(logins: list[DemoLogin]) -> list[str]:
    """Write the directory groups that carry the roles."""
    return [
        ldif.entry(login.group, {"objectClass": "groupOfNames", "cn": _group_name(login.role), "member": login.dn})
        for login in logins
    ]


def give_password(account: Account, password: str, salt: bytes) -> None:
    """Let the directory know somebody by this password."""
    digest = argon2id.kdf(HASH_BYTES, password.encode(), salt, PASSES, KIBIBYTES * 1024)
    kept = "$".join(b64encode(part).decode().rstrip("=") for part in (salt, digest))
    account.set("userPassword", f"{{ARGON2}}$argon2id$v=19$m={KIBIBYTES},t={PASSES},p=1${kept}")


def _log_in_person(world: World, role: str, name: FullName) -> DemoLogin:
    unit = {f.UNIT: units.IT_CENTRE.name, f.UNIT_CODE: units.IT_CENTRE.code}
    employee = world.hire("staff", world.person(name), unit)
    account = employee.account
    assert account
    group = f"cn={_group_name(role)},ou=groups,{BASE_DN}"
    password = "-".join(world.rng.sample(WORDS, PASSWORD_WORDS))
    give_password(account, password, world.rng.randbytes(16))
    account.set("memberOf", group)
    return DemoLogin(role, group, account.uid, account.dn, f"{name.first.fa} {name.last.fa}", password)


def _group_name(role: str) -> str:
    return f"desk-{role.replace('_', '-')}"


def _student(world: World, number: int) -> None:
    person = world.person()
    account = world.account(f"{400 + number % 5}{100000 + number}", "students", person.name, ("student", "member"))
    account.set("schacPersonalUniqueID", NATIONAL_CODE_URN + person.national_code)
    account.set("mobile", "+98" + person.mobile[1:])
    account.set("departmentNumber", world.rng.choice(units.FACULTIES).code)


def _service(words: str) -> FullName:
    return FullName(Name("سرویس", "Service"), Name(words, words))
