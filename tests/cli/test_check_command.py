"""``flask check``: sentences, exit status, patience."""

import json
import socket
import time
from pathlib import Path

import pytest
from flask import Flask

from backoffice import create_app
from tests.conftest import make_settings

BASE_DN = "dc=example,dc=ac,dc=ir"


@pytest.fixture
def new_instance(tmp_path: Path) -> Flask:
    return create_app(make_settings(tmp_path))


def test_a_new_installation_gets_sentences_with_cures_and_status_one(new_instance: Flask) -> None:
    result = new_instance.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 1
    assert "The database has not been made yet.\n    flask db upgrade\n" in result.stdout
    assert "LDAP_URI is not set." in result.stdout
    assert result.stderr == "4 faults\n"


def test_json_is_one_object_with_every_fault(new_instance: Flask) -> None:
    result = new_instance.test_cli_runner().invoke(args=["check", "--json"])
    faults = json.loads(result.stdout)["faults"]
    assert {"message": "The database has not been made yet.", "cure": "flask db upgrade"} in faults


def sound(folder: Path) -> dict[str, object]:
    """Settings in which nothing is wrong."""
    dump = folder / "dump.ldif"
    dump.write_text(f"dn: uid=a,ou=people,{BASE_DN}\nobjectClass: inetOrgPerson\nuid: a\n", encoding="utf-8")
    return {"ldap_uri": dump.as_uri(), "ldap_base_dn": BASE_DN}


class TestSound:
    @pytest.fixture
    def overrides(self, tmp_path: Path) -> dict[str, object]:
        return sound(tmp_path)

    def test_no_fault_is_status_zero(self, app: Flask) -> None:
        result = app.test_cli_runner().invoke(args=["check"])
        assert (result.exit_code, result.stdout) == (0, "No fault was found.\n")


class TestFramed:
    @pytest.fixture
    def overrides(self, tmp_path: Path) -> dict[str, object]:
        host, portal = "desk.example.ac.ir", "https://portal.example.com"
        return {
            **sound(tmp_path), "base_url": f"https://{host}", "trusted_hosts": [host], "embed_origins": [portal],
        }  # fmt: skip

    def test_a_warning_is_no_fault(self, app: Flask) -> None:
        result = app.test_cli_runner().invoke(args=["check", "--json"])
        found = json.loads(result.stdout)
        assert (result.exit_code, found["faults"], len(found["warnings"])) == (0, [], 1)


def test_a_silent_directory_is_told_within_five_seconds(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = make_settings(
            tmp_path,
            ldap_uri=f"ldap://127.0.0.1:{silent.getsockname()[1]}",
            ldap_base_dn=BASE_DN,
            ldap_bind_dn="cn=x",
            ldap_bind_password="y",
        )
        began = time.monotonic()
        result = create_app(settings).test_cli_runner().invoke(args=["check"])
    assert "The directory does not answer.\n" in result.stdout
    assert time.monotonic() - began < 5
