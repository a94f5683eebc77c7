"""Login, desk users, own login and audit trail in Chromium, in both languages, wide and narrow."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Staff
from backoffice.services import audit, passwords, sessions
from backoffice.views.cookies import cookie_name
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished, violations
from tests.views.conftest import make_staff

PASSWORD = "correct horse battery"
PAGES = {
    "desk users": "/admin/staff/",
    "new user": "/admin/staff/add",
    "one user": "/admin/staff/{sara}/",
    "disabled user": "/admin/staff/{ali}/",
    "own login": "/admin/own-login/",
    "audit": "/admin/audit/",
    "filtered audit": "/admin/audit/?flt0_0=sara&flt1_1=staff:account:changed",
    "act": "/admin/audit/details/?id=1",
    "messages": "/admin/messages/",
    "proof": "/admin/login/again",
}


@pytest.fixture(scope="module")
def people(desk: LiveDesk) -> dict[str, int]:
    with desk.app.app_context():
        hashed = passwords.hashed(PASSWORD, "sara")
        after = {"role": "hr_liaison", "sources": ["hr"]}
        audit.record("staff:account:changed", "staff:sara", actor="sara", before={"role": "manager"}, after=after)
        return {
            "sara": make_staff("sara", "hr_liaison", ("hr",), password_hash=hashed, totp_sealed="x", totp_last_step=1),
            "ali": make_staff("ali", "it_operator", (), origin="directory", active=False, display_name="علی رضایی"),
            "reza": make_staff("reza", "helpdesk", (), password_hash=hashed, display_name="رضا کریمی"),
        }


@pytest.fixture
def stranger(desk: LiveDesk, people: dict[str, int]) -> Iterator[Page]:
    with desk.chromium.new_context(base_url=desk.address) as context:
        yield context.new_page()


def entered(desk: LiveDesk, username: str) -> BrowserContext:
    with desk.app.app_context():
        token = sessions.start(db.session.query(Staff).filter_by(username=username).one().id)
    context = desk.chromium.new_context(base_url=desk.address)
    context.add_cookies([{"name": cookie_name(desk.app), "value": token, "url": desk.address}])
    return context


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/admin/login")
    page.get_by_label("نام کاربری").fill(username)
    page.get_by_label("رمز عبور").fill(password)
    page.get_by_role("button", name="ورود").click()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_polished(desk: LiveDesk, people: dict[str, int], name: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, PAGES[name].format(**people), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_login_is_polished(stranger: Page, lang: str) -> None:
    assert_polished(stranger, "/admin/login", lang)


def test_a_refused_login_says_so_and_keeps_the_name(stranger: Page) -> None:
    log_in(stranger, "reza", "wrong")
    expect(stranger.get_by_role("alert")).to_contain_text("نام کاربری یا رمز عبور درست نیست")
    expect(stranger.get_by_label("نام کاربری")).to_have_value("reza")
    assert violations(stranger) == []


def test_a_page_that_does_not_exist_is_accessible(stranger: Page) -> None:
    stranger.goto("/admin/nothing")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("پیدا نشد")
    assert violations(stranger) == []


def test_the_name_in_the_corner_leads_to_the_own_login_and_out(stranger: Page) -> None:
    log_in(stranger, "reza")
    stranger.locator(".user-menu summary").click()
    assert violations(stranger) == []
    stranger.get_by_role("link", name="ورود من").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("ورود من")
    stranger.locator(".user-menu summary").click()
    stranger.get_by_role("button", name="خروج").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("ورود به میز کار")


def test_a_second_factor_is_set_up_and_then_asked_for(stranger: Page, desk: LiveDesk) -> None:
    with entered(desk, "reza") as context:
        page = context.new_page()
        page.goto("/admin/own-login/")
        page.get_by_role("button", name="تنظیم عامل دوم").click()
        key = pyotp.TOTP(re.sub(r"\s", "", page.locator(".steps .code").inner_text()))
        assert violations(page) == []
        page.get_by_label("کد برنامه رمزساز").fill("000000")
        page.get_by_role("button", name="فعال‌سازی").click()
        expect(page.locator("#code-error")).to_contain_text("کد درست نیست")
        assert violations(page) == []
        page.get_by_label("کد برنامه رمزساز").fill(key.at(clock.now()))
        page.get_by_role("button", name="فعال‌سازی").click()
        expect(page.locator("main [role=status]").last).to_contain_text("عامل دوم فعال شد")
    log_in(stranger, "reza")
    expect(stranger.get_by_label("کد برنامه رمزساز")).to_be_visible()
    assert violations(stranger) == []
    # The next one: still good if half a minute ends before it is sent, and never the one that was used.
    stranger.get_by_label("کد برنامه رمزساز").fill(key.at(clock.now(), counter_offset=1))
    stranger.get_by_role("button", name="ادامه").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("کارتابل")


def test_a_refused_new_user_is_accessible_and_loses_no_choice(desk: LiveDesk) -> None:
    with desk.tab("it_admin") as page:
        page.goto("/admin/staff/add")
        page.get_by_label("نام کاربری").fill("karimi")
        page.get_by_label("نقش").select_option("auditor")
        page.get_by_label("رمز عبور تازه", exact=True).fill("short")
        page.get_by_label("تکرار رمز عبور تازه").fill("short")
        page.get_by_role("button", name="افزودن", exact=True).click()
        expect(page.locator("#password-error")).to_contain_text("رمز عبور کوتاه است")
        expect(page.get_by_label("نقش")).to_have_value("auditor")
        assert violations(page) == []


def test_the_trail_is_checked_by_a_button(desk: LiveDesk, people: dict[str, int]) -> None:
    with desk.tab("it_admin") as page:
        page.goto("/admin/audit/")
        page.get_by_role("button", name="بررسی سوابق").click()
        expect(page.locator("main [role=status]").last).to_contain_text("سوابق دست‌نخورده است")
