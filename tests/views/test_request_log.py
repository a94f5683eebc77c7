"""The line of each request, and that no secret gets into it or any other line."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.services import passwords, totp
from tests.reconcile.exports import as_csv, code, people
from tests.views.conftest import ClientAs, DeskClient, make_staff
from tests.views.test_hr_pages import TWO_SOURCES
from tests.views.test_hr_upload import act, send

PASSWORD, WRONG = "canary-correct-horse-battery", "canary-wrong-horse-battery"


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"hr": TWO_SOURCES}


@pytest.fixture
def _everything() -> Iterator[None]:
    """Log as much as every library has to say."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)


def requests(text: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in text.splitlines()]
    return [line for line in found if line["event"] == "request"]


def test_a_request_leaves_one_line_with_its_route_and_no_address(
    client_as: ClientAs, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client_as("it_admin").get("/admin/staff/7/?q=maryam")
    (line,) = requests(capsys.readouterr().err)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/admin/staff/<number>/", 404)
    assert (line["actor"], line["address"]) == ("test-it_admin", "127.0.0.1")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "maryam" not in json.dumps(line)


def test_a_request_that_is_refused_early_is_told_too(browser: DeskClient, capsys: pytest.CaptureFixture[str]) -> None:
    browser.get("/admin/", headers={"Host": "evil.example"})
    browser.get("/0012345679")
    assert [(line["status"], line["route"]) for line in requests(capsys.readouterr().err)] == [
        (400, "/admin/"),
        (404, None),
    ]


def test_signs_of_life_are_not_told(browser: DeskClient, capsys: pytest.CaptureFixture[str]) -> None:
    browser.get("/healthz")
    assert capsys.readouterr().err == ""


def test_a_fault_is_found_by_the_number_on_its_page(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> str:
        raise ZeroDivisionError("canary")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/fail", "fail", fail)
    page = app.test_client().get("/fail").text
    said = capsys.readouterr().err
    fault = next(json.loads(line) for line in said.splitlines() if "ZeroDivisionError" in line)
    assert fault["request"] in page
    assert "canary" not in said


@pytest.mark.usefixtures("_everything")
def test_no_secret_of_a_login_is_logged(app: Flask, browser: DeskClient, capsys: pytest.CaptureFixture[str]) -> None:
    staff_id = make_staff("sara", "it_admin", (), password_hash=passwords.hashed(PASSWORD, "sara"))
    settings = settings_of(app)
    sealed = totp.new_secret(settings, staff_id)
    key = totp.readable(settings, staff_id, sealed).in_groups.replace(" ", "")
    totp.enrol(settings, staff_id, sealed, pyotp.TOTP(key).at(clock.now(), counter_offset=-1))
    canaries = [PASSWORD, WRONG, key, sealed, browser.token, browser.csrf(), pyotp.TOTP(key).at(clock.now())]
    for password in (WRONG, PASSWORD):
        browser.post_form("/admin/login?next=/admin/%3Fq%3Dcanary-query", {"username": "sara", "password": password})
    browser.post_form("/admin/login", {"code": canaries[-1]})
    cookie = browser.get_cookie("desk")
    assert cookie
    assert browser.get("/admin/").status_code == 200
    said = capsys.readouterr().err
    assert len(requests(said)) == 4
    assert [canary for canary in (*canaries, cookie.value, "canary-query") if canary in said] == []


@pytest.mark.usefixtures("_everything")
def test_no_person_of_an_upload_is_logged(client_as: ClientAs, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_as("it_operator")
    broken = people(8)
    broken[3][6], broken[5][4] = "canary-birth", "canary-status"
    for data in (as_csv(people(8)).encode(), as_csv(broken).encode(), b"\xff\xfe canary", b"PK\x03\x04 canary"):
        answer = send(client, data, f"{code(1)}.csv")
        if answer.status_code == 303:
            client.get(answer.location)
            act(client, answer.location, "import")
    client.get(f"/admin/hr/files/?search={code(1)}")
    said = capsys.readouterr().err
    assert requests(said)
    assert [canary for canary in (*(code(number) for number in range(8)), "canary", "رضایی") if canary in said] == []
