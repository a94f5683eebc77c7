"""The local server keeps the promises of deploy/openldap."""

import os
import select
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ldap3 import BASE, MODIFY_ADD, MODIFY_REPLACE, SUBTREE, Connection, Server
from ldap3.core.results import (
    RESULT_CONSTRAINT_VIOLATION,
    RESULT_INSUFFICIENT_ACCESS_RIGHTS,
    RESULT_INVALID_CREDENTIALS,
    RESULT_NO_SUCH_OBJECT,
    RESULT_SIZE_LIMIT_EXCEEDED,
    RESULT_SUCCESS,
    RESULT_UNWILLING_TO_PERFORM,
)

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd, SlapdError
from tests.real.conftest import BASE_DN, SlapdFactory

PEOPLE = f"ou=people,{BASE_DN}"
MANY = 620
PASSWORD = "open-sesame-9"
FOREVER = "000001010000Z"
PAST = "20200101000000Z"


def person(uid: str, **more: str) -> str:
    classes = ["inetOrgPerson", "schacLinkageIdentifiers", "schacEntryMetadata", "schacUserEntitlements", "eduPerson"]
    attributes = {"objectClass": classes, "uid": uid, "cn": uid, "sn": uid, "userPassword": PASSWORD, **more}
    return ldif.entry(f"uid={uid},{PEOPLE}", attributes)


@pytest.fixture(scope="module")
def crowd(slapd_factory: SlapdFactory) -> LocalSlapd:
    """A server with more people than one search may give, and a few with a state."""
    return slapd_factory(
        *(person(f"p{i}") for i in range(MANY)),
        person("locked", pwdAccountLockedTime=FOREVER),
        person("expired", pwdEndTime=PAST),
    )


@contextmanager
def bound(server: LocalSlapd, dn: str = "", password: str = "") -> Iterator[Any]:
    connection: Any = Connection(Server(server.uri), dn or server.service_dn, password or server.service_password)
    assert connection.bind(), connection.result
    yield connection
    connection.unbind()


def can_bind(server: LocalSlapd, uid: str) -> bool:
    connection: Any = Connection(Server(server.uri), f"uid={uid},{PEOPLE}", PASSWORD)
    connection.bind()
    result = connection.result["result"]
    connection.unbind()
    assert result in (RESULT_SUCCESS, RESULT_INVALID_CREDENTIALS)
    return bool(result == RESULT_SUCCESS)


def test_service_account_reads_people_with_operational_attributes(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        connection.search(f"uid=locked,{PEOPLE}", "(uid=*)", BASE, attributes=["*", "+"])
        found = connection.response[0]["attributes"]
    assert all(found[name] for name in ("pwdAccountLockedTime", "entryUUID", "entryCSN"))


def test_service_account_cannot_read_a_password(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        connection.search(BASE_DN, "(objectClass=*)", SUBTREE, attributes=["userPassword"], paged_size=1000)
        assert len(connection.response) > MANY
        assert not any(entry["attributes"].get("userPassword") for entry in connection.response)
        connection.search(BASE_DN, f"(userPassword={PASSWORD})", SUBTREE)
        assert not connection.response


def test_unpaged_search_fails_with_size_limit(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        connection.search(PEOPLE, "(uid=*)", SUBTREE)
        assert connection.result["result"] == RESULT_SIZE_LIMIT_EXCEEDED


def test_paged_search_has_no_end(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        connection.search(PEOPLE, "(uid=*)", SUBTREE, paged_size=1000)
        assert connection.result["result"] == RESULT_SUCCESS
        assert len(connection.response) == MANY + 2


def test_limit_of_results_cuts_paging_until_it_is_taken_back(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        crowd.limit_results(50)
        connection.search(PEOPLE, "(uid=*)", SUBTREE, paged_size=1000)
        assert connection.result["result"] == RESULT_SIZE_LIMIT_EXCEEDED
    crowd.limit_results(None)
    test_paged_search_has_no_end(crowd)


def test_read_only_refuses_writes_until_it_is_taken_back(crowd: LocalSlapd) -> None:
    change = {"title": [(MODIFY_REPLACE, ["x"])]}
    with bound(crowd) as connection:
        crowd.read_only(on=True)
        connection.modify(f"uid=p1,{PEOPLE}", change)
        assert connection.result["result"] == RESULT_UNWILLING_TO_PERFORM
        crowd.read_only(on=False)
        assert connection.modify(f"uid=p1,{PEOPLE}", change)


def test_locked_and_expired_people_cannot_log_in(crowd: LocalSlapd) -> None:
    assert can_bind(crowd, "p0")
    assert not can_bind(crowd, "locked")
    assert not can_bind(crowd, "expired")


def test_service_account_disables_and_enables(crowd: LocalSlapd) -> None:
    dn = f"uid=p3,{PEOPLE}"
    with bound(crowd) as connection:
        assert connection.modify(dn, {"pwdAccountLockedTime": [(MODIFY_REPLACE, [FOREVER])]})
        assert not can_bind(crowd, "p3")
        assert connection.modify(dn, {"pwdAccountLockedTime": [(MODIFY_REPLACE, [])]})
        assert can_bind(crowd, "p3")


def test_promotion_keeps_uuid_and_password(slapd: LocalSlapd) -> None:
    old, new = f"uid=0012345679,ou=temporary,{BASE_DN}", f"uid=m.karimi,{PEOPLE}"
    classes = ["inetOrgPerson"]
    with bound(slapd) as connection:
        assert connection.add(old, classes, {"cn": "m", "sn": "k", "userPassword": PASSWORD}), connection.result
        connection.search(old, "(uid=*)", BASE, attributes=["entryUUID"])
        before = connection.response[0]["attributes"]
        assert connection.modify_dn(old, "uid=m.karimi", new_superior=PEOPLE), connection.result
        connection.search(new, "(uid=*)", BASE, attributes=["entryUUID"])
        assert connection.response[0]["attributes"] == before
    assert can_bind(slapd, "m.karimi")


@pytest.mark.parametrize("branch", ["students", "services", "groups", "policies"])
def test_service_account_writes_nowhere_else(slapd: LocalSlapd, branch: str) -> None:
    with bound(slapd) as connection:
        connection.add(f"cn=x,ou={branch},{BASE_DN}", ["organizationalRole"])
        assert connection.result["result"] == RESULT_INSUFFICIENT_ACCESS_RIGHTS
        connection.delete(f"ou={branch},{BASE_DN}")
        assert connection.result["result"] == RESULT_INSUFFICIENT_ACCESS_RIGHTS


def test_service_account_writes_members_of_groups_but_not_of_those_of_the_desk(slapd: LocalSlapd) -> None:
    member = {"member": [(MODIFY_ADD, [PEOPLE])]}
    for name in ("staff", "desk-it-admin"):
        dn = f"cn={name},ou=groups,{BASE_DN}"
        group = ldif.entry(dn, {"objectClass": "groupOfNames", "cn": name, "member": slapd.service_dn})
        slapd.change(group.replace("\n", "\nchangetype: add\n", 1) + "\n")
    with bound(slapd) as connection:
        assert connection.modify(f"cn=staff,ou=groups,{BASE_DN}", member), connection.result
        connection.modify(f"cn=desk-it-admin,ou=groups,{BASE_DN}", member)
        assert connection.result["result"] == RESULT_INSUFFICIENT_ACCESS_RIGHTS
        connection.modify(f"cn=staff,ou=groups,{BASE_DN}", {"description": [(MODIFY_ADD, ["x"])]})
        assert connection.result["result"] == RESULT_INSUFFICIENT_ACCESS_RIGHTS


def test_service_account_cannot_change_its_own_rights(slapd: LocalSlapd) -> None:
    with bound(slapd) as connection:
        connection.modify("olcDatabase={1}mdb,cn=config", {"olcSizeLimit": [(MODIFY_REPLACE, ["1"])]})
        assert connection.result["result"] in (RESULT_INSUFFICIENT_ACCESS_RIGHTS, RESULT_NO_SUCH_OBJECT)
        connection.delete(PEOPLE)
        assert connection.result["result"] == RESULT_INSUFFICIENT_ACCESS_RIGHTS


def test_user_name_and_mail_are_unique_over_the_tree(crowd: LocalSlapd) -> None:
    with bound(crowd) as connection:
        connection.add(f"uid=P1,ou=archived,{BASE_DN}", ["inetOrgPerson"], {"uid": "P1", "cn": "x", "sn": "x"})
        assert connection.result["result"] == RESULT_CONSTRAINT_VIOLATION
        connection.modify(f"uid=p1,{PEOPLE}", {"mail": [(MODIFY_ADD, ["one@example.ac.ir"])]})
        connection.modify(f"uid=p2,{PEOPLE}", {"mail": [(MODIFY_ADD, ["one@example.ac.ir"])]})
        assert connection.result["result"] == RESULT_CONSTRAINT_VIOLATION


def test_second_start_keeps_the_data(tmp_path: Path) -> None:
    tree = ldif.document(ldif.tree(BASE_DN))
    with LocalSlapd.create(tmp_path / "ldap", BASE_DN, tree) as server, bound(server) as connection:
        assert connection.add(f"uid=kept,{PEOPLE}", ["inetOrgPerson"], {"cn": "k", "sn": "k"})
    with LocalSlapd.create(tmp_path / "ldap", BASE_DN, tree) as again, bound(again) as connection:
        assert connection.search(f"uid=kept,{PEOPLE}", "(uid=*)", BASE)


def test_stop_leaves_no_process(slapd: LocalSlapd) -> None:
    pid = slapd.pid
    assert slapd.running
    slapd.stop()
    assert not slapd.running
    assert pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from backoffice.demo.slapd import LocalSlapd\n"
        f"server = LocalSlapd.create(Path(sys.argv[1]), {BASE_DN!r}, '').start()\n"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "ldap")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        server = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([server], [], [], 10)
    os.close(server)
    assert ended


def test_a_wanted_port_that_is_taken_is_said_plainly(slapd: LocalSlapd, tmp_path: Path) -> None:
    second = LocalSlapd.create(tmp_path / "ldap", BASE_DN, "", port=slapd.port)
    with pytest.raises(SlapdError, match="did not start"):
        second.start()
    assert not second.running


def test_broken_data_are_refused_and_can_be_mended(tmp_path: Path) -> None:
    with pytest.raises(SlapdError, match="nonsense"):
        LocalSlapd.create(tmp_path / "ldap", BASE_DN, f"dn: cn=x,{BASE_DN}\nobjectClass: device\nnonsense: 1\n")
    with LocalSlapd.create(tmp_path / "ldap", BASE_DN, "") as server:
        assert server.running


def test_secrets_are_for_the_owner_only(slapd: LocalSlapd) -> None:
    assert stat.S_IMODE(slapd.service_password_file.stat().st_mode) == 0o600
    assert slapd.service_password not in repr(slapd)
