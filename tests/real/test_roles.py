"""A role that is added to an account and taken back, on a real server."""

import pytest
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.people import PERSON_CLASSES
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of, writing
from backoffice.services import queue, roles
from tests.directories import content
from tests.real.conftest import BASE_DN, SlapdFactory

DN = f"uid=s1,ou=students,{BASE_DN}"


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    shared = {"objectClass": list(PERSON_CLASSES), "uid": "s1", "cn": "s1", "sn": "s1"}
    return slapd_factory(ldif.entry(DN, {**shared, "eduPersonAffiliation": "student"}))


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri, "ldap_bind_dn": server.service_dn, "ldap_bind_password": server.service_password,
        "ldap_base_dn": server.base_dn, "policy": {"mode": "act"},
    }  # fmt: skip


def values(server: LocalSlapd, name: str) -> set[str]:
    lines = content(server, "entryUUID")[f"dn: {DN}"]
    return {line.partition(": ")[2] for line in lines if line.startswith(f"{name}:")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_role_comes_beside_the_other_and_goes_again(app: Flask, server: LocalSlapd) -> None:
    (uuid,) = values(server, "entryUUID")
    with writing() as session:
        operation = roles.add_role(
            session, uuid, ["student"], "staff", source="hr", actor="amiri",
            settings=settings_of(app),
        )  # fmt: skip
        assert operation
        number = operation.id
    queue.work_off(app)
    assert values(server, "eduPersonAffiliation") == {"student", "staff"}
    with writing() as session:
        roles.take_back(session, number, "amiri")
    queue.work_off(app)
    assert values(server, "eduPersonAffiliation") == {"student"}
