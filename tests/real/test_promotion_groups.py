"""Groups by person type on a real server: joined under the new name, once, and the old name is nowhere left."""

from collections.abc import Iterator

import pytest
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.ports.directory import open_directory
from backoffice.rules import request_states as states
from backoffice.services import approval, mailboxes
from backoffice.services.check_groups import group_faults
from tests.directories import content
from tests.factories import make_hr_row
from tests.real.account_rooms import BASE, ask, dn_of, overrides_of, the_account, work_off
from tests.real.permanent_rooms import file, made, permanent_dn, promoted, the_request
from tests.reconcile.worlds import code

pytestmark = [
    pytest.mark.usefixtures("emptied", "groups"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]  # fmt: skip
STAFF, UNIQUE, POSIX, TEACHERS, OTHER = (
    f"cn={name},ou=groups,{BASE}" for name in ("staff", "unique", "unix", "teachers", "other")
)
ADMIN = f"cn=backoffice,ou=services,{BASE}"
CLASSES = {
    STAFF: {"objectClass": "groupOfNames", "member": ADMIN},
    UNIQUE: {"objectClass": "groupOfUniqueNames", "uniqueMember": ADMIN},
    POSIX: {"objectClass": "posixGroup", "gidNumber": "100"},
    TEACHERS: {"objectClass": "groupOfNames", "member": ADMIN},
    OTHER: {"objectClass": "groupOfNames", "member": ADMIN},
}


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def groups(server: LocalSlapd) -> Iterator[None]:
    for dn, values in CLASSES.items():
        entry = ldif.entry(dn, {**values, "cn": dn[3:].partition(",")[0]})
        server.change(entry.replace("\n", "\nchangetype: add\n", 1) + "\n")
    yield
    for dn in CLASSES:
        server.change(f"dn: {dn}\nchangetype: delete\n")


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {**overrides_of(server), "ldap": {"groups": {"personnel": ["staff", UNIQUE, "unix"], "faculty": [TEACHERS]}}}


def members(server: LocalSlapd, dn: str) -> set[str]:
    lines = content(server)[f"dn: {dn}"]
    found = {line.partition(": ")[2] for line in lines if line.lower().partition(":")[0] in NAMES}
    return found - {ADMIN}


NAMES = ("member", "uniquemember", "memberuid")


def test_people_join_the_groups_of_their_type_under_their_new_name(app: Flask, server: LocalSlapd) -> None:
    promoted(app, 1, "m.karimi")
    new = permanent_dn("m.karimi")
    assert [members(server, dn) for dn in (STAFF, UNIQUE, POSIX)] == [{new}, {new}, {"m.karimi"}]
    assert members(server, TEACHERS) == members(server, OTHER) == set()
    assert f"memberOf: {STAFF}" in content(server, "memberOf")[f"dn: {new}"]


def test_another_type_joins_other_groups(app: Flask, server: LocalSlapd) -> None:
    make_hr_row(1, person_kind="faculty")
    account_id = ask(app, 1)
    work_off(app)
    approval.judge(file(app, account_id, "m.karimi"), settings_of(app))
    work_off(app)
    assert members(server, TEACHERS) == {permanent_dn("m.karimi")}
    assert members(server, STAFF) == set()


def test_the_temporary_name_stays_in_no_group(app: Flask, server: LocalSlapd) -> None:
    account_id = made(app, 1)
    old = dn_of(code(1))
    for dn, line in ((OTHER, f"member: {old}"), (UNIQUE, f"uniqueMember: {old}"), (POSIX, f"memberUid: {code(1)}")):
        attribute = line.partition(":")[0]
        server.change(f"dn: {dn}\nchangetype: modify\nadd: {attribute}\n{line}\n")
    approval.judge(file(app, account_id, "m.karimi"), settings_of(app))
    work_off(app)
    new = permanent_dn("m.karimi")
    assert [members(server, dn) for dn in (OTHER, STAFF, UNIQUE, POSIX)] == [{new}, {new}, {new}, {"m.karimi"}]
    assert the_account(account_id).state == "permanent"


def test_without_a_group_nothing_is_moved_and_the_desk_hears_which(app: Flask, server: LocalSlapd) -> None:
    account_id = made(app, 1)
    request_id = file(app, account_id, "m.karimi")
    approval.judge(request_id, settings_of(app))
    server.change(f"dn: {STAFF}\nchangetype: modrdn\nnewrdn: cn=gone\ndeleteoldrdn: 1\n")
    work_off(app)
    server.change(f"dn: cn=gone,ou=groups,{BASE}\nchangetype: modrdn\nnewrdn: cn=staff\ndeleteoldrdn: 1\n")
    request = the_request(request_id)
    assert request.state == states.FAILED
    assert STAFF in request.note
    assert f"dn: {dn_of(code(1))}" in content(server)
    assert not mailboxes.is_awaited(request)


def test_check_tells_groups_that_are_missing_or_none_or_give_rights(app: Flask) -> None:
    settings = settings_of(app)
    changed = {
        "groups": {"personnel": ("staff", "lost", f"ou=people,{BASE}"), "faculty": ("desk-it-admin", "lost")},
        "role_groups": {"it_admin": f"cn=Desk-IT-Admin,ou=groups,{BASE}"},
    }
    wrong = settings.model_copy(update={"ldap": settings.ldap.model_copy(update=changed)})
    with open_directory(settings) as directory:
        assert list(group_faults(directory, settings)) == []
        found = list(group_faults(directory, wrong))
    assert [fault.values["dn"].partition(",")[0] for fault in found] == ["cn=lost", "ou=people", "cn=desk-it-admin"]
    assert found[0].cure.startswith(f"dn: cn=lost,ou=groups,{BASE}\nchangetype: add\n")
