"""The page of one's own login."""

import re
from collections.abc import Callable

import pyotp
import pytest

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Staff
from backoffice.services import passwords, sessions, throttle
from tests.views.conftest import ClientAs, DeskClient, make_staff

Later = Callable[[float], None]
PASSWORD, NEW = "correct horse battery", "another horse battery"
FORM = {"current": PASSWORD, "password": NEW, "password_repeat": NEW}


def sara(client_as: ClientAs, **more: bool) -> DeskClient:
    make_staff("sara", "helpdesk", (), password_hash=passwords.hashed(PASSWORD, "sara"))
    return client_as("helpdesk", name="sara", **more)


def row() -> Staff:
    db.session.expire_all()
    return db.session.query(Staff).filter_by(username="sara").one()


def shown_code(client: DeskClient) -> str:
    key = re.search(r'class="code">([A-Z2-7 ]{30,})<', client.get("/admin/own-login/").text)
    assert key
    return pyotp.TOTP(key[1].replace(" ", "")).at(clock.now())


def test_the_own_password_is_changed(client_as: ClientAs) -> None:
    client = sara(client_as)
    other = sessions.start(row().id)
    assert client.post_form("/admin/own-login/password", FORM).status_code == 303
    assert passwords.matches(row().password_hash, NEW)
    assert client.get("/admin/own-login/").status_code == 200
    assert sessions.find(other).actor is None


def test_faults_stand_beside_their_fields(client_as: ClientAs) -> None:
    client = sara(client_as)
    for wrong, field in (
        ({"current": "wrong"}, "current"),
        ({"password_repeat": "x"}, "password_repeat"),
        ({"password": "short", "password_repeat": "short"}, "password"),
    ):
        answer = client.post_form("/admin/own-login/password", {**FORM, **wrong})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert passwords.matches(row().password_hash, PASSWORD)


@pytest.mark.usefixtures("stopped_clock")
def test_guessing_the_current_password_is_slowed_down(client_as: ClientAs) -> None:
    client = sara(client_as)
    for _ in range(throttle.FREE_TRIES + 1):
        client.post_form("/admin/own-login/password", {**FORM, "current": "wrong"})
    assert client.post_form("/admin/own-login/password", FORM).status_code == 429


def test_a_second_factor_counts_only_after_its_first_code(client_as: ClientAs) -> None:
    client = sara(client_as)
    client.post_form("/admin/own-login/totp")
    assert row().totp_sealed == ""
    assert client.post_form("/admin/own-login/totp/confirm", {"code": "000000"}).status_code == 422
    assert client.post_form("/admin/own-login/totp/confirm", {"code": shown_code(client)}).status_code == 303
    assert row().totp_sealed
    assert 'class="code">sara' in client.get("/admin/own-login/").text


def test_the_key_is_shown_for_ten_minutes(client_as: ClientAs, later: Later) -> None:
    client = sara(client_as)
    client.post_form("/admin/own-login/totp")
    code = shown_code(client)
    later(601)
    sessions.refresh(client.token)
    assert client.post_form("/admin/own-login/totp/confirm", {"code": code}).status_code == 303
    assert row().totp_sealed == ""


def test_the_key_is_not_readable_in_the_session_table(client_as: ClientAs) -> None:
    client = sara(client_as)
    client.post_form("/admin/own-login/totp")
    page = client.get("/admin/own-login/").text
    key = re.search(r"secret=([A-Z2-7]+)", page)
    assert key
    stored = str(db.session.execute(db.text("SELECT data FROM web_session")).all())
    assert key[1] not in stored


def test_setting_up_a_second_factor_needs_a_fresh_login(client_as: ClientAs) -> None:
    client = sara(client_as, fresh=False)
    assert client.post_form("/admin/own-login/totp").location.startswith("/admin/login/again")


def test_who_comes_from_the_directory_has_no_password_here(client_as: ClientAs) -> None:
    make_staff("reza", "it_operator", origin="directory")
    client = client_as("it_operator", name="reza")
    assert 'name="current"' not in client.get("/admin/own-login/").text
    assert client.post_form("/admin/own-login/password", FORM).status_code == 422


def test_an_auditor_only_looks(client_as: ClientAs) -> None:
    page = client_as("auditor").get("/admin/own-login/").text
    assert "/admin/own-login/" not in re.findall(r'action="([^"]*)"', page)


def test_two_people_do_not_share_a_key(client_as: ClientAs) -> None:
    client = sara(client_as)
    client.post_form("/admin/own-login/totp")
    assert 'class="steps"' not in client_as("manager").get("/admin/own-login/").text
