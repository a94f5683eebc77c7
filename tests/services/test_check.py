"""``flask check``: each fault has a sentence and a cure, and all are given at once."""

import shutil
from pathlib import Path

import pytest

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.services.check import Fault, faults, warnings
from backoffice.services.check_ends import end_faults
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.real.conftest import BASE_DN, SlapdFactory, slapd_factory  # noqa: F401 - a fixture

PEOPLE = f"ou=people,{BASE_DN}"


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:  # noqa: F811 - the fixture
    people = (
        ldif.entry(
            f"uid=p{n},{PEOPLE}",
            {"objectClass": "inetOrgPerson", "cn": "p", "sn": "p", "uid": f"p{n}", "userPassword": "secret-of-p-9"},
        )
        for n in range(5)
    )
    return slapd_factory(*people)


@pytest.fixture
def instance(tmp_path: Path, sqlite_template: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "backoffice.sqlite")
    return tmp_path


def healthy(instance: Path, server: LocalSlapd, **more: object) -> Settings:
    values: dict[str, object] = {
        "ldap_uri": server.uri,
        "ldap_base_dn": BASE_DN,
        "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password,
        **more,
    }
    return make_settings(instance, **values)


def only_fault(settings: Settings) -> Fault:
    found = faults(settings)
    assert len(found) == 1, [fault.sentence for fault in found]
    return found[0]


def test_a_sound_installation_has_no_faults(instance: Path, server: LocalSlapd) -> None:
    assert faults(healthy(instance, server)) == []


def test_every_fault_is_given_at_once(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        secret_key="",
        seal_key="short",
        base_url="http://desk.example.ac.ir",
        sms_provider="http",
        mobile_owner_url="http://shahkar.example",
        ldap_profile="ad",
    )
    text = " ".join(fault.sentence for fault in faults(settings))
    for word in ("SECRET_KEY", "SEAL_KEY", "https", "TRUSTED_HOSTS", "SMS_URL", "MOBILE_OWNER_URL", "database",
                 "LDAP_URI", "LDAP_BASE_DN", "LDAP_BIND_DN", "LDAP_PROFILE ad"):  # fmt: skip
        assert word in text
    assert all(fault.cure for fault in faults(settings))


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"secret_key": "short"}, "32 characters"),
        ({"ldap_profile": "389ds"}, "389ds is refused"),
        ({"ldap_uri": "ldap://ldap.example.ac.ir"}, "Plain ldap"),
        ({"ldap_bind_password": "wrong"}, "does not accept LDAP_BIND_DN"),
        ({"ldap_bind_password": ""}, "LDAP_BIND_PASSWORD is empty"),
        ({"ldap_base_dn": "dc=elsewhere"}, "base does not exist"),
        ({"ldap_ca_file": "nowhere.pem"}, "LDAP_CA_FILE"),
        ({"ldap": {"person_filter": "(uid=nobody)"}}, "person filter"),
        ({"ldap": {"temp_strategy": "flat", "attributes": {"national_code": ""}}}, 'temp_strategy = "flat" needs'),
        ({"sms_provider": "kavenegar"}, "SMS_API_KEY"),
        ({"smtp_url": "mail.example.ac.ir"}, "SMTP_URL"),
        ({"smtp_url": "smtps://mail.example.ac.ir"}, "MAIL_FROM"),
        ({"smtp_url": "smtp://127.0.0.1:1", "mail_from": "desk@example.ac.ir"}, "127.0.0.1 cannot be reached"),
        ({"sms_provider": "http", "sms_url": "http://127.0.0.1:1/send"}, "127.0.0.1 cannot be reached"),
        ({"sms_provider": "http", "sms_url": "http://192.0.2.1/send"}, "SMS_URL is not encrypted"),
        ({"civil_registry_provider": "table"}, "civil-registry.csv cannot be read"),
        ({"civil_registry_provider": "http"}, "CIVIL_REGISTRY_URL is not set"),
        ({"civil_registry_provider": "http", "civil_registry_url": "https://127.0.0.1:1/"}, "cannot be reached"),
        ({"mobile_owner_provider": "http", "mobile_owner_url": "http://192.0.2.1/"}, "MOBILE_OWNER_URL is not encry"),
    ],
)
def test_each_wrong_setting_is_one_fault(
    instance: Path, server: LocalSlapd, more: dict[str, object], word: str
) -> None:
    fault = only_fault(healthy(instance, server, **more))
    assert word in fault.sentence
    assert fault.cure


def test_unknown_attributes_are_named_with_the_setting_that_leaves_them_out(instance: Path, server: LocalSlapd) -> None:
    settings = healthy(instance, server, ldap={"attributes": {"unit": "facultyName;lang-fa"}})
    fault = only_fault(settings)
    assert "facultyName;lang-fa" in fault.sentence
    assert fault.cure == '[ldap.attributes]\nunit = ""'


def test_a_size_limit_is_cured_by_a_rule_in_ldif(instance: Path, server: LocalSlapd) -> None:
    server.limit_results(3)
    try:
        fault = only_fault(healthy(instance, server))
    finally:
        server.limit_results(None)
    assert "size limit" in fault.sentence
    assert f'olcLimits: {{0}}dn.exact="{server.service_dn}" size.pr=' in fault.cure


def test_readable_passwords_are_a_fault_with_the_rule_that_hides_them(instance: Path, server: LocalSlapd) -> None:
    settings = healthy(instance, server, ldap_bind_dn=server.admin_dn, ldap_bind_password=server.admin_password)
    fault = only_fault(settings)
    assert "userPassword" in fault.sentence
    assert "attrs=userPassword" in fault.cure


def test_a_server_that_is_not_there_is_one_fault(instance: Path, server: LocalSlapd) -> None:
    fault = only_fault(healthy(instance, server, ldap_uri="ldap://127.0.0.1:1"))
    assert fault.sentence == "The directory does not answer."


def test_an_old_schema_of_the_database_is_a_fault(instance: Path, server: LocalSlapd) -> None:
    (instance / "backoffice.sqlite").write_bytes(b"")
    assert only_fault(healthy(instance, server)).cure == "flask db upgrade"


def test_a_database_server_that_is_not_there_is_a_fault(instance: Path, server: LocalSlapd) -> None:
    url = "postgresql+psycopg://nobody:canary-secret@127.0.0.1:1/nothing"
    fault = only_fault(healthy(instance, server, database_url=url))
    assert "cannot be reached" in fault.sentence
    assert "canary-secret" not in fault.sentence + fault.cure


def test_an_ldif_dump_needs_no_login(instance: Path) -> None:
    dump = instance / "dump.ldif"
    dump.write_text(f"dn: uid=a,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: a\n")
    assert faults(make_settings(instance, ldap_uri=dump.as_uri(), ldap_base_dn=BASE_DN)) == []


@pytest.mark.parametrize(
    "wrong", [{"policy": {"totp_roles": ["it-admin"]}}, {"ldap": {"role_groups": {"admin": "cn=desk,dc=ir"}}}]
)
def test_a_role_that_does_not_exist_is_named(instance: Path, server: LocalSlapd, wrong: dict[str, object]) -> None:
    fault = only_fault(healthy(instance, server, **wrong))
    assert "role that does not exist" in fault.sentence
    assert "it_operator" in fault.cure


def test_a_second_factor_needs_the_key_that_seals_it(instance: Path, server: LocalSlapd) -> None:
    settings = healthy(instance, server, seal_key="", policy={"totp_roles": ["it_admin"]})
    assert "SEAL_KEY" in only_fault(settings).sentence


def test_a_dump_that_cannot_be_read_is_cured_by_another_file(instance: Path) -> None:
    settings = make_settings(instance, ldap_uri=(instance / "nowhere.ldif").as_uri(), ldap_base_dn=BASE_DN)
    assert "file:///" in only_fault(settings).cure


def test_a_dump_needs_its_base(instance: Path) -> None:
    settings = make_settings(instance, ldap_uri=(instance / "dump.ldif").as_uri(), ldap_base_dn="")
    assert "LDAP_BASE_DN" in only_fault(settings).sentence


@pytest.mark.parametrize(
    "hr",
    [
        {"columns": {"nationalcode": ["کد"]}},
        {"status": {"retird": ["بازنشسته موقت"]}},
        {"source": [{"name": "staff", "dates": {"birthday": "gregorian"}}]},
    ],
)
def test_a_word_of_the_hr_settings_that_means_nothing_is_named(
    instance: Path, server: LocalSlapd, hr: dict[str, object]
) -> None:
    assert "a name we do not know" in only_fault(healthy(instance, server, hr=hr)).sentence


ACT = {"policy": {"mode": "act"}}


def test_a_directory_without_a_password_policy_would_end_no_account(
    instance: Path,
    slapd_factory: SlapdFactory,  # noqa: F811 - the fixture
) -> None:
    server = slapd_factory(ldif.entry(f"uid=p,{PEOPLE}", {"objectClass": "inetOrgPerson", "cn": "p", "sn": "p"}))
    assert faults(healthy(instance, server, **ACT)) == []
    for name in ("default", "services"):
        server.change(f"dn: cn={name},ou=policies,{BASE_DN}\nchangetype: delete\n")
    fault = only_fault(healthy(instance, server, **ACT))
    assert "pwdEndTime" in fault.sentence
    assert f"olcPPolicyDefault: cn=default,ou=policies,{BASE_DN}" in fault.cure
    assert faults(healthy(instance, server)) == []


def test_a_directory_without_ppolicy_gets_the_overlay_as_ldif(tmp_path: Path) -> None:
    class WithoutPpolicy:
        def known_attributes(self) -> frozenset[str]:
            return frozenset({"uid", "cn"})

    settings = make_settings(tmp_path, ldap_base_dn=BASE_DN, **ACT)
    (fault,) = end_faults(WithoutPpolicy(), settings)  # type: ignore[arg-type]
    assert "ppolicy" in fault.sentence
    assert "olcModuleLoad: ppolicy" in fault.cure
    assert "dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config" in fault.cure


@pytest.mark.parametrize(
    ("base_url", "origin", "warned"),
    [
        ("https://accounts.example.ac.ir", "https://portal.example.ac.ir", False),
        ("https://accounts.example.ac.ir", "https://example.ac.ir", False),
        ("https://accounts.example.ac.ir", "https://portal.other.ac.ir", True),
        ("https://accounts.example.ac.ir", "https://badexample.ac.ir", True),
        ("https://accounts.example.ac.ir", "http://portal.example.ac.ir", True),
        ("https://accounts.elsewhere.ir", "https://accounts.elsewhere.ir:8443", False),
        ("http://127.0.0.1:8000", "http://localhost:8001", False),
    ],
)
def test_a_portal_of_another_site_is_a_warning(tmp_path: Path, base_url: str, origin: str, warned: bool) -> None:
    found = warnings(make_settings(tmp_path, base_url=base_url, embed_origins=[origin]))
    assert [fault.values["origin"] for fault in found] == ([origin] if warned else [])
    assert all(fault.cure for fault in found)
