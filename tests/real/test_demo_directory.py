"""The demo university's directory on a real server."""

from datetime import date
from pathlib import Path
from typing import Any

from ldap3 import SUBTREE, Connection, Server

from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.university import build


def connected(server: LocalSlapd, dn: str, password: str) -> Any:
    connection: Any = Connection(Server(server.uri), dn, password)
    connection.bind()
    return connection


def test_the_demo_directory_loads_and_its_people_log_in(tmp_path: Path) -> None:
    made = build(tmp_path, seed=7, size=200, today=date(2026, 11, 22))
    with LocalSlapd.create(tmp_path / "ldap", made.base_dn, made.directory) as server:
        service = connected(server, server.service_dn, server.service_password)
        service.search(made.base_dn, "(objectClass=inetOrgPerson)", SUBTREE, attributes=["uid"], paged_size=500)
        assert len(service.response) == made.entries
        service.search(made.base_dn, "(objectClass=groupOfNames)", SUBTREE, attributes=["member"])
        members = {entry["dn"]: entry["attributes"]["member"] for entry in service.response}
        service.unbind()
        assert members == {login.group: [login.dn] for login in made.logins}
        for login in made.logins:
            person = connected(server, login.dn, login.password)
            assert person.bound, login.role
            person.unbind()


def test_the_changes_of_the_second_day_can_be_made(tmp_path: Path) -> None:
    made = build(tmp_path, seed=7, size=200, today=date(2026, 11, 22))
    with LocalSlapd.create(tmp_path / "ldap", made.base_dn, made.directory) as server:
        server.change(made.directory_changes.read_text("utf-8"))
        service = connected(server, server.service_dn, server.service_password)
        service.search(made.base_dn, "(objectClass=inetOrgPerson)", SUBTREE, attributes=["uid"], paged_size=500)
        assert len(service.response) == made.entries - 1
        service.unbind()
