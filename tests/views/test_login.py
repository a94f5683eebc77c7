"""The way in and out of the desk with a local account."""

import re
import time
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Staff, WebSession
from backoffice.services import passwords, sessions, throttle, totp
from tests.views.conftest import ClientAs, DeskClient, make_staff

Later = Callable[[float], None]
PASSWORD = "correct horse battery"
WRONG = "نام کاربری یا رمز عبور درست نیست."
HASH = passwords.hashed(PASSWORD, "sara")


def send(browser: DeskClient, username: str = "sara", password: str = PASSWORD, **more: object) -> TestResponse:
    return browser.post_form("/admin/login", {"username": username, "password": password, **more})


def sara(**values: object) -> int:
    return make_staff("sara", "it_operator", (), password_hash=HASH, **values)


def with_second_factor(app: Flask) -> tuple[int, pyotp.TOTP]:
    settings, staff_id = settings_of(app), sara()
    sealed = totp.new_secret(settings, staff_id)
    secret = pyotp.TOTP(totp.readable(settings, staff_id, sealed).in_groups.replace(" ", ""))
    with writing() as session:
        session.get_one(Staff, staff_id).totp_sealed = sealed
    return staff_id, secret


def now_of(secret: pyotp.TOTP) -> str:
    return secret.at(clock.now())


def is_inside(browser: DeskClient) -> bool:
    return browser.get("/admin/").status_code == 200


def adopt_cookie(browser: DeskClient) -> None:
    """Use the session the server gave; the CSRF token follows it."""
    cookie = browser.get_cookie("desk")
    assert cookie is not None
    browser.token = cookie.value


def test_the_right_password_leads_to_the_page_that_was_asked_for(browser: DeskClient) -> None:
    sara()
    answer = send(browser, next="/admin/?a=1")
    assert (answer.status_code, answer.location) == (303, "/admin/?a=1")
    assert is_inside(browser)


def test_the_user_name_has_no_case_and_no_outer_spaces(browser: DeskClient) -> None:
    sara()
    assert send(browser, " SARA ").status_code == 303


@pytest.mark.parametrize(
    ("username", "password"),
    [("sara", "wrong"), ("nobody", PASSWORD), ("disabled", PASSWORD), ("directory", PASSWORD), ("directory", "")],
)
def test_every_refusal_is_the_same_page(browser: DeskClient, username: str, password: str) -> None:
    sara()
    make_staff("disabled", "it_admin", password_hash=HASH, active=False)
    make_staff("directory", "it_admin", password_hash="", origin="directory")
    answer = send(browser, username, password or "x")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not is_inside(browser)


def test_an_empty_form_is_not_a_try(browser: DeskClient) -> None:
    sara()
    for _ in range(throttle.FREE_TRIES * 3):
        assert send(browser, "sara", "").status_code == 422
    assert send(browser).status_code == 303


def test_too_many_tries_answer_429_even_with_the_right_password(browser: DeskClient, later: Later) -> None:
    sara()
    for _ in range(throttle.FREE_TRIES + 1):
        send(browser, password="wrong")
    assert send(browser).status_code == 429
    later(1.1)
    assert send(browser).status_code == 303


def test_thirty_wrong_tries_do_not_keep_the_person_out_for_a_quarter_of_an_hour(
    app: Flask, browser: DeskClient, later: Later
) -> None:
    sara()
    for number in range(30):
        throttle.count_try("sara", f"203.0.113.{number}")
        later(10)
    later(14 * 60)
    assert send(browser).status_code == 303


def test_the_login_changes_the_session_and_ends_the_one_before(browser: DeskClient) -> None:
    sara()
    before = browser.token
    send(browser)
    adopt_cookie(browser)
    assert browser.token != before
    assert db.session.query(WebSession).count() == 1


def test_a_session_planted_before_the_login_stays_outside(app: Flask, browser: DeskClient) -> None:
    sara()
    planted = browser.token
    send(browser)
    browser.set_cookie("desk", planted)
    assert not is_inside(browser)


def test_the_logout_ends_the_session_here_not_only_in_the_browser(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    answer = client.post_form("/admin/logout")
    assert (answer.status_code, answer.location) == (303, "/admin/login")
    client.set_cookie("desk", client.token)
    assert not is_inside(client)
    assert db.session.query(WebSession).count() == 0


def test_half_an_hour_without_a_request_ends_the_session(client_as: ClientAs, later: Later) -> None:
    client = client_as("it_admin")
    for _ in range(3):
        later(29 * 60)
        assert is_inside(client)
    later(30 * 60)
    assert not is_inside(client)


def test_eight_hours_end_the_session_however_busy(client_as: ClientAs, later: Later) -> None:
    client = client_as("it_admin")
    for _ in range(8 * 3 - 1):
        later(20 * 60)
        assert is_inside(client)
    later(20 * 60)
    assert not is_inside(client)


def test_a_page_does_not_wait_for_another_writer(app: Flask, client_as: ClientAs, later: Later) -> None:
    client = client_as("it_admin")
    later(120)
    with db.engine.connect().execution_options(writing=True) as other, other.begin():
        other.execute(db.text("UPDATE web_session SET data = data WHERE 1 = 0"))
        began = time.monotonic()
        assert is_inside(client)
        assert time.monotonic() - began < 5


def test_a_disabled_person_is_refused_at_the_next_request(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    assert is_inside(client)
    with writing() as session:
        session.get_one(Staff, client.staff_id).active = False
    assert not is_inside(client)


def test_a_changed_role_counts_at_the_next_request(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    with writing() as session:
        session.get_one(Staff, client.staff_id).role = "no_such_role"
    assert client.get("/admin/").status_code == 403


def test_each_login_leaves_one_audit_row(browser: DeskClient) -> None:
    sara()
    send(browser, password="wrong")
    send(browser)
    row = db.session.query(AuditEntry).one()
    assert (row.action, row.subject, row.actor) == ("staff:login:accepted", "staff:sara", "sara")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/admin\r\nX: y",
        "admin",
        "",
    ],
)
def test_the_way_back_never_leaves_the_desk(browser: DeskClient, target: str) -> None:
    sara()
    assert send(browser, next=target).location == "/admin/"


def test_who_is_inside_is_not_asked_again(client_as: ClientAs) -> None:
    assert client_as("it_admin").get("/admin/login").status_code == 303


def test_with_a_second_factor_the_password_alone_opens_nothing(app: Flask, browser: DeskClient) -> None:
    with_second_factor(app)
    assert send(browser).location == "/admin/login"
    assert not is_inside(browser)
    assert 'name="code"' in browser.get("/admin/login").text


def test_the_code_completes_the_login(app: Flask, browser: DeskClient) -> None:
    _, secret = with_second_factor(app)
    send(browser, next="/admin/?a=1")
    answer = browser.post_form("/admin/login", {"code": now_of(secret)})
    assert (answer.status_code, answer.location) == (303, "/admin/?a=1")
    assert is_inside(browser)


def test_a_code_that_was_used_does_not_open_a_second_session(app: Flask, browser: DeskClient) -> None:
    _, secret = with_second_factor(app)
    send(browser)
    code = now_of(secret)
    browser.post_form("/admin/login", {"code": code})
    adopt_cookie(browser)
    browser.post_form("/admin/logout")
    browser.token = sessions.new_token()
    browser.set_cookie("desk", browser.token)
    send(browser)
    assert browser.post_form("/admin/login", {"code": code}).status_code == 422
    assert not is_inside(browser)


def test_codes_are_slowed_down_like_passwords(app: Flask, browser: DeskClient) -> None:
    _, secret = with_second_factor(app)
    send(browser)
    for _ in range(throttle.FREE_TRIES + 1):
        assert browser.post_form("/admin/login", {"code": "000000"}).status_code == 422
    assert browser.post_form("/admin/login", {"code": now_of(secret)}).status_code == 429


def test_the_second_step_waits_five_minutes(app: Flask, browser: DeskClient, later: Later) -> None:
    _, secret = with_second_factor(app)
    send(browser)
    later(5 * 60 + 1)
    assert browser.post_form("/admin/login", {"code": now_of(secret)}).status_code == 422
    assert not is_inside(browser)


def test_who_is_disabled_between_the_two_steps_stays_outside(app: Flask, browser: DeskClient) -> None:
    staff_id, secret = with_second_factor(app)
    send(browser)
    with writing() as session:
        session.get_one(Staff, staff_id).active = False
    assert browser.post_form("/admin/login", {"code": now_of(secret)}).status_code == 422
    assert not is_inside(browser)


@pytest.mark.parametrize("overrides", [{"policy": {"totp_roles": ["it_operator"]}}])
def test_a_role_that_needs_a_second_factor_sets_it_up_at_the_login(browser: DeskClient) -> None:
    staff_id = sara()
    send(browser)
    assert not is_inside(browser)
    page = browser.get("/admin/login").text
    key = re.search(r'class="code">([A-Z2-7 ]+)<', page)
    assert key
    code = now_of(pyotp.TOTP(key[1].replace(" ", "")))
    assert browser.post_form("/admin/login", {"code": code}).status_code == 303
    assert is_inside(browser)
    assert db.session.get_one(Staff, staff_id).totp_sealed


def test_who_lost_the_second_factor_sets_it_up_again(browser: DeskClient) -> None:
    sara(totp_last_step=55)
    send(browser)
    assert not is_inside(browser)
    assert 'class="code"' in browser.get("/admin/login").text


def test_proving_the_login_again_makes_it_fresh(client_as: ClientAs) -> None:
    sara()
    client = client_as("it_operator", name="sara", fresh=False)
    assert client.get("/admin/login/again?next=/admin/").status_code == 200
    answer = client.post_form("/admin/login/again", {"password": PASSWORD, "next": "/admin/?a=1"})
    assert (answer.status_code, answer.location) == (303, "/admin/?a=1")
    found = sessions.find(client.token).actor
    assert found
    assert found.is_fresh


def test_a_wrong_proof_leaves_the_login_stale(client_as: ClientAs) -> None:
    sara()
    client = client_as("it_operator", name="sara", fresh=False)
    assert client.post_form("/admin/login/again", {"password": "wrong"}).status_code == 422
    found = sessions.find(client.token).actor
    assert found
    assert not found.is_fresh


def test_with_a_second_factor_the_code_is_the_proof(app: Flask, client_as: ClientAs) -> None:
    _, secret = with_second_factor(app)
    client = client_as("it_operator", name="sara", fresh=False)
    assert client.post_form("/admin/login/again", {"password": PASSWORD}).status_code == 422
    assert client.post_form("/admin/login/again", {"code": now_of(secret)}).status_code == 303


def test_a_login_is_fresh_for_ten_minutes(client_as: ClientAs, later: Later) -> None:
    client = client_as("it_admin")
    for seconds, fresh in ((599, True), (2, False)):
        later(seconds)
        found = sessions.find(client.token).actor
        assert found
        assert found.is_fresh is fresh
