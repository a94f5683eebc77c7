"""Checking who somebody says they are against OpenLDAP, and against a directory that hangs."""

import socket
import time
from pathlib import Path

import pytest
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.services.identity import check
from backoffice.services.identity_facts import WHOLE_SECONDS
from tests.conftest import make_settings
from tests.directories import URN
from tests.factories import make_hr_row
from tests.identity_claims import claim
from tests.real.conftest import BASE_DN, SlapdFactory
from tests.reconcile.worlds import code


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    common = {"cn": "Latin", "sn": "Latin"}
    staff = {
        **common, "objectClass": ["inetOrgPerson", "schacLinkageIdentifiers", "eduPerson"], "uid": "u1",
        "schacPersonalUniqueID": URN + code(1), "eduPersonAffiliation": "staff",
    }  # fmt: skip
    temporary = {
        **common, "objectClass": ["inetOrgPerson", "schacEntryMetadata"], "uid": code(2),
        "schacExpiryDate": "20990101000000Z",
    }  # fmt: skip
    return slapd_factory(
        ldif.entry(f"uid=u1,ou=people,{BASE_DN}", staff),
        ldif.entry(f"uid={code(2)},ou=temporary,{BASE_DN}", temporary),
    )


def test_the_directory_says_who_has_an_account(app: Flask, server: LocalSlapd) -> None:
    settings = make_settings(
        settings_of(app).instance, ldap_uri=server.uri, ldap_base_dn=BASE_DN, ldap_bind_dn=server.service_dn,
        ldap_bind_password=server.service_password,
    )  # fmt: skip
    for number in (1, 2, 3):
        make_hr_row(number)
    found = [check(claim(number), settings).causes for number in (1, 2, 3)]
    assert found == [("EXISTS_STAFF",), ("EXISTS_TEMPORARY",), ()]


def test_a_directory_that_hangs_is_an_outage_in_time_for_a_page(app: Flask) -> None:
    make_hr_row(1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        settings = make_settings(settings_of(app).instance, ldap_uri=uri, ldap_base_dn=BASE_DN)
        started = time.monotonic()
        assert check(claim(), settings).causes == ("SERVICE_DOWN",)
        assert time.monotonic() - started < WHOLE_SECONDS + 1
