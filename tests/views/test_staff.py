"""The screen of desk users."""

import pytest

from backoffice.extensions import db
from backoffice.models import AuditEntry, Staff
from backoffice.services import passwords
from tests.views.conftest import ClientAs, make_staff

PASSWORD = "correct horse battery"
FORM = {"username": "sara", "role": "it_operator", "password": PASSWORD, "password_repeat": PASSWORD}


def one(username: str) -> Staff:
    db.session.expire_all()
    return db.session.query(Staff).filter_by(username=username).one()


def last_act() -> str:
    return db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).limit(1).one().action


def test_the_list_shows_everybody(client_as: ClientAs) -> None:
    make_staff("sara", "hr_liaison", ("hr",), display_name="سارا احمدی", active=False)
    page = client_as("it_admin").get("/admin/staff/").text
    assert "سارا احمدی" in page
    assert "رابط کارگزینی" in page
    assert "غیرفعال" in page


def test_an_administrator_adds_a_user(client_as: ClientAs) -> None:
    answer = client_as("it_admin").post_form("/admin/staff/add", FORM)
    assert (answer.status_code, answer.location) == (303, f"/admin/staff/{one('sara').id}/")
    assert passwords.matches(one("sara").password_hash, PASSWORD)
    assert last_act() == "staff:account:added"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "سارا"}, "username"),
        ({"role": ""}, "role"),
        ({"role": "hr_liaison"}, "sources"),
        ({"password": "short", "password_repeat": "short"}, "password"),
        ({"password_repeat": "other"}, "password_repeat"),
    ],
)
def test_a_refused_form_shows_the_fault_beside_its_field(
    client_as: ClientAs, wrong: dict[str, str], field: str
) -> None:
    answer = client_as("it_admin").post_form("/admin/staff/add", {**FORM, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert PASSWORD not in answer.text
    assert db.session.query(Staff).filter_by(username="sara").count() == 0


def test_a_role_is_changed(client_as: ClientAs) -> None:
    number = make_staff("sara", "it_operator")
    client_as("it_admin").post_form(f"/admin/staff/{number}/change", {"role": "hr_liaison", "sources": "hr"})
    assert (one("sara").role, one("sara").sources) == ("hr_liaison", ["hr"])


def test_a_user_is_disabled_and_enabled(client_as: ClientAs) -> None:
    number = make_staff("sara", "it_operator")
    client = client_as("it_admin")
    client.post_form(f"/admin/staff/{number}/disable", {"reason": "رفت"})
    assert not one("sara").active
    client.post_form(f"/admin/staff/{number}/enable")
    assert one("sara").active


def test_a_new_password_and_a_lost_second_factor(client_as: ClientAs) -> None:
    number = make_staff("sara", "it_operator", totp_sealed="sealed")
    client = client_as("it_admin")
    client.post_form(f"/admin/staff/{number}/password", {"password": PASSWORD, "password_repeat": PASSWORD})
    client.post_form(f"/admin/staff/{number}/reset-totp")
    assert passwords.matches(one("sara").password_hash, PASSWORD)
    assert one("sara").totp_sealed == ""


@pytest.mark.parametrize("act", ["change", "disable", "password", "reset-totp"])
def test_nobody_acts_on_the_own_login_here(client_as: ClientAs, act: str) -> None:
    make_staff("other", "it_admin")
    client = client_as("it_admin")
    fields = {"role": "auditor", "password": PASSWORD, "password_repeat": PASSWORD}
    assert client.post_form(f"/admin/staff/{client.staff_id}/{act}", fields).status_code == 422
    assert (one("test-it_admin").role, one("test-it_admin").active) == ("it_admin", True)


def test_the_last_administrator_stays(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    number = make_staff("sara", "it_admin", active=False)
    assert client.post_form(f"/admin/staff/{number}/change", {"role": "auditor"}).status_code == 303
    assert client.post_form(f"/admin/staff/{client.staff_id}/disable").status_code == 422


@pytest.mark.parametrize("act", ["change", "disable", "enable", "password", "reset-totp"])
def test_a_change_needs_a_fresh_login(client_as: ClientAs, act: str) -> None:
    number = make_staff("sara", "it_operator")
    answer = client_as("it_admin", fresh=False).post_form(f"/admin/staff/{number}/{act}")
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/login/again")


def test_the_form_for_a_new_user_asks_for_the_proof_before_anything_is_typed(client_as: ClientAs) -> None:
    answer = client_as("it_admin", fresh=False).get("/admin/staff/add")
    assert answer.location == "/admin/login/again?next=/admin/staff/add"


def test_an_auditor_sees_no_form(client_as: ClientAs) -> None:
    number = make_staff("sara", "it_operator")
    page = client_as("auditor").get(f"/admin/staff/{number}/").text
    assert 'name="role"' not in page
    assert 'action="/admin/staff' not in page


@pytest.mark.parametrize("number", ["0", "-1", "999", "9" * 30, "x", "1,2", "٣٣٣"])
def test_an_unknown_number_is_not_found(client_as: ClientAs, number: str) -> None:
    client = client_as("it_admin")
    assert client.get(f"/admin/staff/{number}/").status_code == 404
    assert client.post_form(f"/admin/staff/{number}/disable").status_code == 404
