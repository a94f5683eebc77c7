"""The directory port keeps one contract, on an OpenLDAP server and on an LDIF dump of the same tree."""

from collections.abc import Iterator
from pathlib import Path

import ldap3
import pytest

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.ports.directory import Directory, DirectoryReadFailed, open_directory
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.real.conftest import BASE_DN, SlapdFactory

PEOPLE = f"ou=people,{BASE_DN}"
PASSWORD = "رمز-and-Latin-9"
CLASSES = ["inetOrgPerson", "schacLinkageIdentifiers"]


def person(uid: str, **more: str | list[str]) -> str:
    names = {name.replace("__", ";").replace("_", "-"): value for name, value in more.items()}
    return ldif.entry(
        f"uid={uid},{PEOPLE}",
        {"objectClass": CLASSES, "uid": uid, "cn": uid, "sn": uid, "mail": f"{uid}@x.ir", **names},
    )


ENTRIES = (
    person(
        "ali", givenName__lang_fa="علی", sn__lang_fa__lang_ar="قدیم", ou=["دوم", "اول"], title="line\nbreak \x1f end"
    ),
    person("sara", employeeNumber="900", userPassword=PASSWORD),
    ldif.entry(f"cn=desk,ou=groups,{BASE_DN}", {"objectClass": "groupOfNames", "member": f"uid=sara,{PEOPLE}"}),
    ldif.entry(f"cn=none,ou=groups,{BASE_DN}", {"objectClass": "groupOfNames", "member": f"uid=ali,{PEOPLE}"}),
)


def settings_for(server: LocalSlapd, instance: Path, **more: object) -> Settings:
    values: dict[str, object] = {
        "ldap_uri": server.uri,
        "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password,
        "ldap_base_dn": server.base_dn,
        **more,
    }
    return make_settings(instance, **values)


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    return slapd_factory(*ENTRIES)


@pytest.fixture(params=["slapd", "ldif"])
def directory(request: pytest.FixtureRequest, server: LocalSlapd, tmp_path: Path) -> Iterator[Directory]:
    settings = settings_for(server, tmp_path) if request.param == "slapd" else settings_for_dump(tmp_path)
    with open_directory(settings) as opened:
        yield opened


def settings_for_dump(folder: Path) -> Settings:
    dump = folder / "dump with space.ldif"
    dump.write_text(ldif.document([*ldif.tree(BASE_DN), *ENTRIES]), "utf-8")
    return make_settings(folder, ldap_uri=dump.as_uri(), ldap_base_dn=BASE_DN)


def test_entries_give_the_values_asked_for_in_the_servers_order(directory: Directory) -> None:
    found = {e.dn: dict(e.values) for e in directory.entries("(uid=*)", ["uid", "ou", "givenName;LANG-fa"])}
    assert found == {
        f"uid=ali,{PEOPLE}": {"uid": ("ali",), "ou": ("دوم", "اول"), "givenName;LANG-fa": ("علی",)},
        f"uid=sara,{PEOPLE}": {"uid": ("sara",)},
    }


def test_options_have_no_case_and_no_order(directory: Directory) -> None:
    columns = directory.read_columns("(uid=ali)", ["SN;lang-ar;Lang-FA", "sn"])
    assert columns.by_attribute["SN;lang-ar;Lang-FA"].to_pylist() == ["قدیم"]
    assert columns.by_attribute["sn"].to_pylist() == ["ali"]


def test_columns_have_equal_length_and_are_empty_where_there_is_no_value(directory: Directory) -> None:
    columns = directory.read_columns("(uid=*)", ["employeeNumber", "noSuchAttribute"])
    assert len(columns) == 2
    assert sorted(columns.by_attribute["employeeNumber"].to_pylist()) == ["", "900"]
    assert columns.by_attribute["noSuchAttribute"].to_pylist() == ["", ""]


def test_control_characters_survive_and_our_separator_is_no_second_value(directory: Directory) -> None:
    columns = directory.read_columns("(uid=ali)", ["title"])
    assert columns.by_attribute["title"].to_pylist() == ["line\nbreak   end"]


def test_a_search_without_hits_gives_columns_without_rows(directory: Directory) -> None:
    assert len(directory.read_columns("(uid=nobody)", ["uid"])) == 0


def test_matching_gives_the_identities_under_a_branch(directory: Directory) -> None:
    sara = directory.read_columns("(uid=sara)", ["entryUUID"]).by_attribute["entryUUID"].to_pylist()
    assert directory.matching("(employeeNumber=9*)", PEOPLE) == set(sara)
    assert directory.matching("(employeeNumber=9*)", f"ou=archived,{BASE_DN}") == set()


def test_known_attributes_are_lower_case_base_names(directory: Directory) -> None:
    assert {"givenname", "employeenumber"} <= directory.known_attributes()
    assert "nosuchattribute" not in directory.known_attributes()


def test_groups_of_an_account_are_those_under_the_groups_branch(directory: Directory) -> None:
    assert directory.groups_of(f"UID=sara, {PEOPLE}") == [f"cn=desk,ou=groups,{BASE_DN}"]


def test_a_base_that_does_not_exist_is_a_failed_read(directory: Directory) -> None:
    with pytest.raises(DirectoryReadFailed):
        directory.read_columns("(objectClass=*)", ["uid"], base="ou=nowhere," + BASE_DN)


def test_an_empty_password_opens_nothing(directory: Directory) -> None:
    assert directory.bind_as(f"uid=sara,{PEOPLE}", b"") is False


def test_the_schema_is_understood_as_ldap3_understands_it(server: LocalSlapd, tmp_path: Path) -> None:
    connection = ldap3.Connection(ldap3.Server(server.uri, get_info=ldap3.SCHEMA), auto_bind=True)
    oracle = connection.server.schema
    connection.unbind()
    with open_directory(settings_for(server, tmp_path)) as ours:
        known = ours.known_attributes()
    assert known == {name.lower() for kind in oracle.attribute_types.values() for name in kind.name}
