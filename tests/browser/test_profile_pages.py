"""The profile in Chromium: every page in both languages and widths, from the code of the registration on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from backoffice.extensions import settings_of
from backoffice.services import profile_sessions
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_fits, assert_polished
from tests.factories import make_account
from tests.reconcile.worlds import code
from tests.registering import deliver, last_code

PICTURES = os.environ.get("PROFILE_PICTURES", "")
NUMBERS = iter(range(200, 400))
POLICY = {"mode": "act", "codes_per_address_hour": 1000}


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"policy": POLICY}


@contextmanager
def holder(desk: LiveDesk, **values: object) -> Iterator[Page]:
    """A tab of somebody who has just logged in."""
    with desk.app.app_context():
        account = make_account(next(NUMBERS), **values)
        settings = settings_of(desk.app)
        token = profile_sessions.enter(account, profile_sessions.PASSWORD, "127.0.0.1", settings)
    context = desk.chromium.new_context(base_url=desk.address)
    context.add_cookies([{"name": "request", "value": token, "url": desk.address}])
    yield context.new_page()
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.set_viewport_size({"width": 360, "height": 800})
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def polished(page: Page, path: str, name: str) -> None:
    """Hold a page to its looks in both languages."""
    for lang in reversed(LANGUAGES):
        assert_polished(page, path, lang)
    picture(page, name)


@pytest.mark.parametrize("path", ["/profile/login", "/profile/login?expired=1"])
def test_the_way_in_looks_right(desk: LiveDesk, path: str) -> None:
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    polished(page, path, path.rpartition("/")[2].replace("?", "-"))
    page.fill("[name=username]", "0012345679")
    if "expired" in path:
        page.click("main form button")
        page.wait_for_selector("[name=code]")
        assert_fits(page, 360)
        picture(page, "code")
    context.close()


def test_the_first_page_looks_right(desk: LiveDesk) -> None:
    with holder(desk, personal_email="maryam@gmail.com", latin_first_name="Maryam") as page:
        polished(page, "/profile/", "home")


def test_the_first_page_of_a_permanent_account_looks_right(desk: LiveDesk) -> None:
    with holder(desk, state="permanent", expires_at=None, username="m.karimi") as page:
        polished(page, "/profile/", "home-permanent")


@pytest.mark.parametrize("name", ["extension", "password", "correction"])
def test_the_forms_look_right(desk: LiveDesk, name: str) -> None:
    with holder(desk) as page:
        polished(page, f"/profile/{name}", name)
        with page.expect_navigation():
            page.locator("main form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        assert page.locator(".error").count() >= 1
        assert_fits(page, 360)
        picture(page, f"{name}-fault")


def test_recovering_looks_right(desk: LiveDesk) -> None:
    with desk.app.app_context():
        number = next(NUMBERS)
        make_account(number)
    context = desk.chromium.new_context(base_url=desk.address)
    page = context.new_page()
    polished(page, "/profile/recover", "recover")
    page.fill("[name=username]", code(number))
    page.click("main form button")
    page.wait_for_selector("[name=code]")
    assert_fits(page, 360)
    with desk.app.app_context():
        deliver(desk.app)
        page.fill("[name=code]", last_code(desk.app, number))
    page.click("main form button >> nth=0")
    page.wait_for_selector("[name=password]")
    assert_fits(page, 360)
    picture(page, "recover-new")
    context.close()


def test_wishes_for_corrections_look_right_on_both_sides(desk: LiveDesk) -> None:
    with holder(desk, source="hr") as page:
        page.goto("/profile/correction")
        page.select_option("[name=field]", "last_name")
        page.fill("[name=value]", "کریمی")
        page.click("main form button")
        page.wait_for_url("**/profile/correction?done=1")
        assert_fits(page, 360)
        picture(page, "correction-asked")
    with desk.tab("hr_liaison", sources=("hr",)) as page:
        polished(page, "/admin/corrections/", "corrections-desk")
