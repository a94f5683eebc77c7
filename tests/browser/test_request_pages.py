"""The request pages in Chromium: every step in both languages and widths, without JavaScript, by keyboard, framed."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

from backoffice.extensions import writing
from backoffice.models import Account, Registration
from tests.browser.conftest import LiveDesk
from tests.browser.looks import CHECKED, LANGUAGES, WIDTHS, open_whole, resize, violations, watch
from tests.factories import make_hr_row
from tests.registering import deliver, details_of, identity_of, last_code

PICTURES = os.environ.get("REQUEST_PICTURES", "")
NUMBERS = iter(range(1, 100))


@pytest.fixture(scope="module")
def portal() -> Iterator[ThreadingHTTPServer]:
    """A page on another host name, that embeds the request page; its address of the desk is filled in later."""

    class Portal(BaseHTTPRequestHandler):
        desk = ""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            script = f'<script src="{Portal.desk}/request/embed.js" data-lang="en" defer></script>'
            self.wfile.write(f"<!DOCTYPE html><html lang=en><title>Portal</title><h1>Portal</h1>{script}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def desk_settings(portal: ThreadingHTTPServer) -> dict[str, object]:
    policy = {
        "mode": "act", "unlisted_mobile": "matched", "identity_per_address_hour": 1000, "codes_per_address_hour": 1000,
    }  # fmt: skip
    return {"policy": policy, "embed_origins": [f"http://localhost:{portal.server_port}"]}


def newcomer(desk: LiveDesk) -> int:
    number = next(NUMBERS)
    with desk.app.app_context():
        make_hr_row(number)
    return number


def fill(page: Page | Frame, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name == "id_type":
            page.check(f"[name=id_type][value={value}]")
        else:
            page.fill(f"[name={name}]", value)


def send(page: Page | Frame) -> None:
    with page.expect_navigation():
        page.click("main form button >> nth=0")


def code_for(desk: LiveDesk, number: int) -> str:
    with desk.app.app_context():
        deliver(desk.app)
        return last_code(desk.app, number)


def make_ready(desk: LiveDesk) -> None:
    """Let every account be there, as if the worker had made it."""
    with desk.app.app_context(), writing() as session:
        session.query(Account).update({"state": "temporary"})
        session.query(Registration).filter_by(state="otp_verified").update({"state": "temporary"})


def assert_good(page: Page, name: str, said: list[str]) -> None:
    """Hold the page to its looks in every width, and keep a picture of each where one is wanted."""
    lang = page.evaluate("document.documentElement.lang")
    assert page.locator("h1").count() == page.locator("main").count() == 1
    for width in WIDTHS:
        resize(page, width)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{lang}-{width}.png", full_page=True)
        assert lang not in CHECKED or violations(page) == []
    assert [line for line in said if "422" not in line] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_looks_right(desk: LiveDesk, lang: str) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    with watch(page) as (said, asked):
        open_whole(page, f"/request/?lang={lang}")
        assert_good(page, "1-identity", said)
        fill(page, identity_of(number, national_code="0012345678"))
        send(page)
        assert_good(page, "1-identity-fault", said)
        fill(page, identity_of(number, last_name="دیگری"))
        send(page)
        assert_good(page, "1-refused", said)
        open_whole(page, "/request/")
        assert_good(page, "1-after-refusal", said)
        assert page.evaluate("document.querySelector('.notice bdi').getClientRects().length") == 1
        fill(page, identity_of(number))
        send(page)
        open_whole(page, "/request/")
        assert_good(page, "1-begun", said)
        open_whole(page, "/request/account")
        assert_good(page, "2-account", said)
        fill(page, details_of(number, mobile="02112345678", password="رمزعبورمن", password_repeat="رمزعبورمن"))
        page.type("[name=latin_first_name]", "م")
        assert page.locator("#latin_first_name-live").inner_text() != ""
        assert_good(page, "2-account-live", said)
        fill(page, details_of(number, mobile="02112345678"))
        send(page)
        assert_good(page, "2-account-fault", said)
        fill(page, details_of(number))
        send(page)
        assert_good(page, "3-code", said)
        fill(page, {"code": "1"})
        send(page)
        assert_good(page, "3-code-fault", said)
        fill(page, {"code": code_for(desk, number)})
        send(page)
        page.wait_for_url("**/request/done")
        assert page.locator("[data-reload]").count() == 1  # it goes on by itself, also while one looks at it
        make_ready(desk)
        open_whole(page, "/request/done")
        assert_good(page, "4-done", said)
        open_whole(page, "/request/nothing")
        assert violations(page) == []
        assert [url for url in asked if not url.startswith((desk.address, "data:"))] == []
    context.close()


def test_a_registration_needs_no_javascript(desk: LiveDesk) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/request/")
    for fields in (identity_of(number), details_of(number)):
        fill(page, fields)
        send(page)
    assert page.locator("#resend").is_visible()
    fill(page, {"code": code_for(desk, number)})
    send(page)
    assert page.url.endswith("/request/done")
    make_ready(desk)
    page.goto("/request/done")
    assert "ایجاد شد" in page.locator("main").inner_text()
    context.close()


def test_a_registration_needs_no_mouse(desk: LiveDesk) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    open_whole(page, "/request/")
    page.focus("[name=id_type]:checked")
    for name in ("national_code", "birth_date", "first_name", "last_name", "father_name"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.insert_text(identity_of(number)[name])
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/account")
    page.focus("[name=latin_first_name]")
    for name, value in details_of(number).items():
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.insert_text(value)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/code")
    # The browser gives the focus as it first draws the page, which may be after it has loaded.
    page.wait_for_function("document.activeElement.name === 'code'")
    page.keyboard.insert_text(code_for(desk, number))
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/done")
    context.close()


def test_the_browser_helps_in_the_language_of_the_page(desk: LiveDesk) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address, locale="en-US")
    page = context.new_page()

    def objection(name: str) -> str:
        page.click("main form button >> nth=0")
        return str(page.evaluate(f"document.querySelector('[name={name}]').validationMessage"))

    page.goto("/request/")
    assert objection("national_code") == "لطفا این بخش را پر کنید."
    page.check("[name=id_type][value=foreign]")
    assert page.get_attribute("[name=national_code]", "inputmode") == "text"
    page.check("[name=id_type][value=national]")
    assert page.get_attribute("[name=national_code]", "inputmode") == "numeric"
    fill(page, identity_of(number))
    send(page)
    fill(page, details_of(number, password_repeat="another 77", personal_email="name"))
    assert "رمز عبور و تکرار آن یکسان نیستند" in objection("password_repeat")
    assert "این نشانی ایمیل درست نیست" in objection("personal_email")
    page.fill("[name=password]", "")
    page.type("[name=password]", "short")
    assert "دست‌کم" in objection("password")
    fill(page, details_of(number))
    send(page)
    assert page.url.endswith("/request/code")
    context.close()


def test_a_password_manager_is_told_the_user_name(desk: LiveDesk) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    page.goto("/request/")
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    fill(page, identity_of(number, national_code=identity_of(number)["national_code"].translate(digits)))
    send(page)
    name = page.locator("input[autocomplete=username]")
    assert (name.input_value(), name.is_visible()) == (identity_of(number)["national_code"], False)
    page.goto("/request/")
    page.goto("/request/account")  # somebody else, perhaps
    assert name.count() == 0
    context.close()


def test_the_countdown_goes_on_after_a_reload_and_holds_the_button(desk: LiveDesk) -> None:
    number = newcomer(desk)
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    page.goto("/request/?lang=en")
    for fields in (identity_of(number), details_of(number)):
        fill(page, fields)
        send(page)
    page.reload()
    assert 60 < int(page.locator("[data-seconds]").inner_text()) <= 120
    assert page.get_attribute("#resend", "aria-disabled") == "true"
    context.close()


def test_a_portal_on_another_host_embeds_a_whole_registration(desk: LiveDesk, portal: ThreadingHTTPServer) -> None:
    number = newcomer(desk)
    portal.RequestHandlerClass.desk = desk.address  # type: ignore[attr-defined]
    context = desk.chromium.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(f"http://localhost:{portal.server_port}/")
    frame = page.frames[1]
    for fields, path in ((identity_of(number), "account"), (details_of(number), "code")):
        fill(frame, fields)
        send(frame)
        frame.wait_for_url(f"**/request/{path}")
    assert "Enter the one-time code" in frame.locator("h1").inner_text()
    fill(frame, {"code": code_for(desk, number)})
    send(frame)
    frame.wait_for_url("**/request/done")
    make_ready(desk)
    frame.wait_for_selector("text=Your temporary account was made.")
    page.wait_for_load_state("networkidle")
    assert page.get_attribute("iframe", "title") == "Get a user name"
    box = page.locator("iframe").bounding_box()
    assert box
    assert abs(box["height"] - frame.evaluate("document.querySelector('.sheet').getBoundingClientRect().height")) < 2
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "5-portal.png", full_page=True)
    context.close()
