"""The desk login with the directory's password, on a real OpenLDAP server."""

import time

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db
from backoffice.models import AuditEntry, Staff
from backoffice.services import passwords, throttle
from tests.hanging import hung
from tests.real.conftest import BASE_DN, SlapdFactory
from tests.views.conftest import DeskClient, browser, make_staff, pages

__all__ = ["browser", "pages"]

PEOPLE, GROUPS = f"ou=people,{BASE_DN}", f"ou=groups,{BASE_DN}"
PASSWORD = "correct horse battery"
WRONG, DOWN = "نام کاربری یا رمز عبور درست نیست.", "به معنای نادرست بودن آن نیست"
MEMBERS = {"desk-admins": ("maryam",), "desk-operators": ("maryam", "reza"), "library": ("zahra",)}
ROLE_GROUPS = {"it_admin": f"CN=desk-admins, {GROUPS}", "it_operator": f"cn=desk-operators,{GROUPS}"}


def person(uid: str, branch: str = PEOPLE) -> str:
    more = {"cn;lang-fa": "مریم کاظمی", "userPassword": PASSWORD}
    return ldif.entry(f"uid={uid},{branch}", {"objectClass": "inetOrgPerson", "uid": uid, "cn": uid, "sn": uid, **more})


def group(name: str, members: tuple[str, ...]) -> str:
    dns = [f"uid={uid},{PEOPLE}" for uid in members]
    return ldif.entry(f"cn={name},{GROUPS}", {"objectClass": "groupOfNames", "cn": name, "member": dns})


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    people = [person(uid) for uid in ("maryam", "reza", "zahra")]
    archived = person("old", f"ou=archived,{BASE_DN}")
    return slapd_factory(*people, archived, *(group(*pair) for pair in MEMBERS.items()))


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri,
        "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password,
        "ldap_base_dn": server.base_dn,
        "ldap": {"role_groups": ROLE_GROUPS},
    }


def send(browser: DeskClient, username: str, password: str = PASSWORD) -> TestResponse:
    return browser.post_form("/admin/login", {"username": username, "password": password})


def staff(username: str) -> Staff:
    return db.session.query(Staff).filter_by(username=username).one()


def test_the_mightiest_group_gives_the_role(browser: DeskClient) -> None:
    assert send(browser, "maryam").status_code == 303
    row = staff("maryam")
    assert (row.role, row.origin, row.display_name, row.password_hash) == ("it_admin", "directory", "مریم کاظمی", "")
    assert browser.get("/admin/").status_code == 200


def test_the_first_login_leaves_the_role_and_the_login_in_the_trail(browser: DeskClient) -> None:
    send(browser, "reza")
    rows = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [row.action for row in rows] == ["staff:role:taken", "staff:login:accepted"]
    assert rows[0].after == {"role": "it_operator"}


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("maryam", "wrong"),
        ("zahra", PASSWORD),
        ("nobody", PASSWORD),
        ("old", PASSWORD),
        ("m*", PASSWORD),
        ("*)(uid=maryam", PASSWORD),
        (f"maryam,{PEOPLE}", PASSWORD),
    ],
)
def test_wrong_password_no_group_and_no_person_are_one_sentence(
    browser: DeskClient, username: str, password: str
) -> None:
    answer = send(browser, username, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert db.session.query(Staff).count() == 0


def test_an_empty_password_is_never_sent(browser: DeskClient) -> None:
    assert send(browser, "maryam", "").status_code == 422
    assert send(browser, "maryam", "\u200c").status_code == 422


def test_the_role_follows_the_groups_at_the_next_login(browser: DeskClient) -> None:
    make_staff("reza", "it_admin", origin="directory")
    send(browser, "reza")
    assert staff("reza").role == "it_operator"


def test_a_disabled_desk_user_is_refused_though_the_directory_admits(browser: DeskClient) -> None:
    make_staff("reza", "it_operator", origin="directory", active=False)
    assert send(browser, "reza").status_code == 422


def test_a_local_account_is_never_opened_with_the_directorys_password(browser: DeskClient) -> None:
    make_staff("maryam", "auditor", password_hash=passwords.hashed("another horse battery", "maryam"))
    assert send(browser, "maryam").status_code == 422
    assert send(browser, "maryam", "another horse battery").status_code == 303
    assert staff("maryam").role == "auditor"


def test_a_hung_directory_is_an_outage_within_three_seconds(browser: DeskClient, server: LocalSlapd) -> None:
    # The first request of a process also loads modules and compiles templates; that is not the directory's time.
    assert send(browser, "maryam", "wrong").status_code == 422
    with hung(server):
        began = time.monotonic()
        answer = send(browser, "maryam")
        took = time.monotonic() - began
    assert answer.status_code == 503
    assert DOWN in answer.text
    assert WRONG not in answer.text
    assert took < 3


def test_tries_during_an_outage_do_not_count(app: Flask, browser: DeskClient, server: LocalSlapd) -> None:
    for _ in range(throttle.FREE_TRIES):
        send(browser, "maryam", "wrong")
    with hung(server):
        assert send(browser, "maryam").status_code == 503
    assert send(browser, "maryam").status_code == 303


def test_local_accounts_do_not_need_the_directory(browser: DeskClient, server: LocalSlapd) -> None:
    make_staff("sara", "it_admin", password_hash=passwords.hashed(PASSWORD, "sara"))
    with hung(server):
        assert send(browser, "sara").status_code == 303


def test_the_proof_before_a_weighty_act_asks_the_directory(browser: DeskClient) -> None:
    send(browser, "maryam")
    cookie = browser.get_cookie("desk")
    assert cookie
    browser.token = cookie.value
    assert browser.post_form("/admin/login/again", {"password": "wrong"}).status_code == 422
    assert browser.post_form("/admin/login/again", {"password": PASSWORD}).status_code == 303


class TestUnsafe:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"ldap_uri": "ldap://192.0.2.1", "ldap_base_dn": BASE_DN, "ldap": {"role_groups": ROLE_GROUPS}}

    def test_no_password_goes_in_clear_to_another_machine(self, browser: DeskClient) -> None:
        answer = send(browser, "maryam")
        assert answer.status_code == 503
        assert DOWN in answer.text


class TestBroken:
    @pytest.fixture
    def overrides(self, server: LocalSlapd) -> dict[str, object]:
        return {
            "ldap_uri": server.uri,
            "ldap_bind_dn": server.service_dn,
            "ldap_bind_password": "rotated",
            "ldap_base_dn": server.base_dn,
            "ldap": {"role_groups": ROLE_GROUPS},
        }

    def test_a_rotated_service_password_is_an_outage_not_a_wrong_password(self, browser: DeskClient) -> None:
        assert send(browser, "maryam").status_code == 503


class TestWithoutGroups:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"ldap_uri": "ldap://127.0.0.1:1", "ldap_base_dn": BASE_DN}

    def test_without_role_groups_the_directory_is_not_asked(self, browser: DeskClient) -> None:
        assert send(browser, "maryam").status_code == 422


class TestDown:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"ldap_uri": "ldap://127.0.0.1:1", "ldap_base_dn": BASE_DN, "ldap": {"role_groups": ROLE_GROUPS}}

    def test_a_directory_that_is_gone_is_an_outage(self, browser: DeskClient) -> None:
        assert send(browser, "maryam").status_code == 503
