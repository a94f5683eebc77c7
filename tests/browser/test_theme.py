"""The theme on its throw-away desk: both languages, wide and narrow."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from backoffice.views.theme import DeskTheme
from tests.browser.conftest import whole
from tests.browser.looks import (
    CHECKED,
    FINE_PRINT,
    WIDTHS,
    open_whole,
    resize,
    violations,
    watch,
    with_language,
)
from tests.browser.theme_app import create_app
from tools import catalogue

PAGES = {
    "home": "/admin/",
    "list": "/admin/people/",
    "filtered list": "/admin/people/?flt0_0=حس&flt1_2=active",
    "empty list": "/admin/people/?search=nobody",
    "details": "/admin/people/details/?id=3",
    "edit": "/admin/people/edit/?id=3",
    "create": "/admin/people/new/",
    "error": "/gone",
}
HOSTILE = (
    "_external=1",
    "_scheme=x",
    "_method=x&_anchor=y",
    "endpoint=a&self=b",
    "flt0_99=1&flt=&flt_=",
    "sort=99&desc=x&page_size=-7",
    "page=100000000000000000000",
    "page=-1",
)
TEMPLATES = Path(__file__).parents[2] / "templates"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|<script(?![^>]*\sdefer)|https?://")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    catalogue.compile_catalogue()
    app = create_app(f"sqlite:///{tmp_path_factory.mktemp('theme')}/theme.db")
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[True], ids=["script"])
def context(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    opened = chromium.new_context(base_url=address, java_script_enabled=request.param)
    yield opened
    opened.close()


def serious(page: Page) -> list[Any]:
    return violations(page, FINE_PRINT)


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_is_quiet_and_accessible(context: BrowserContext, address: str, name: str, lang: str) -> None:
    page = context.new_page()
    with watch(page) as (said, asked):
        open_whole(page, with_language(PAGES[name], lang))
        assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == [
            lang,
            "rtl" if lang == "fa" else "ltr",
        ]
        assert page.locator("h1").count() == page.locator("main").count() == 1
        for width in WIDTHS:
            resize(page, width)
            assert lang not in CHECKED or serious(page) == []
        assert said == []
        assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_the_persian_font_is_ours_and_loaded(context: BrowserContext) -> None:
    page = context.new_page()
    open_whole(page, PAGES["home"])
    assert page.evaluate(
        "document.fonts.check('16px Vazirmatn') && [...document.fonts].some(f => f.status == 'loaded')"
    )


def test_targets_are_at_least_24_pixels(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(PAGES["list"])
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["target-size"]}}).response
    assert found["violations"] == []
    assert found["passes"] != []


def test_an_act_is_asked_once_and_can_be_declined(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["list"])
    page.locator("input[name=rowid]").first.check()
    page.get_by_role("button", name="قفل کردن").click()
    expect(page.locator("#confirm-question")).to_have_text("حساب‌های نشان‌شده قفل شوند؟")
    page.locator("#confirm").get_by_role("button", name="انصراف").click()
    expect(page.locator("#confirm")).to_be_hidden()
    page.get_by_role("button", name="قفل کردن").click()
    page.locator("#confirm").get_by_role("button", name="بله").click()
    expect(page.locator("main [role=status]").filter(has_text="1 حساب قفل شد")).to_be_visible()


def test_no_act_without_a_ticked_row(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["list"])
    expect(page.get_by_role("button", name="قفل کردن")).to_be_disabled()
    page.locator("[data-tick-all]").check()
    expect(page.get_by_role("button", name="قفل کردن")).to_be_enabled()
    expect(page.locator("[data-bulk-count]")).to_have_text("۲۰")


@pytest.mark.parametrize("context", [False], indirect=True, ids=["no script"])
def test_acts_filters_and_deletion_work_without_script(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["list"])
    page.locator("input[name=rowid]").first.check()
    page.get_by_role("button", name="قفل کردن").click()
    expect(page.locator("main [role=status]").filter(has_text="1 حساب قفل شد")).to_be_visible()
    page.goto(PAGES["filtered list"])
    page.get_by_role("button", name="اعمال").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="حذف", exact=True).last.click()
    expect(page.locator("main [role=status]").last).to_be_visible()


def test_the_comparison_of_a_filter_can_be_changed(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/admin/people/?flt0_0=حس")
    page.locator("[data-filter-operation]").first.select_option("1")
    page.get_by_role("button", name="اعمال").click()
    expect(page.locator(".empty-state")).to_contain_text("چیزی برای نمایش نیست")
    assert "flt0_1=" in page.url
    assert "flt1" not in page.url


def test_the_menu_opens_on_a_phone_and_closes_with_escape(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(PAGES["list"])
    menu = page.get_by_role("navigation", name="منوی اصلی")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="منو").click()
    expect(menu).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_the_first_tab_stop_leads_past_the_menu(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["list"])
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("رفتن به متن صفحه")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_language_switch_keeps_the_address(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["filtered list"])
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="فارسی")).to_be_visible()
    assert page.locator("tbody tr").count() > 0
    assert "flt1_2=active" in page.url


def test_a_refused_form_ties_each_error_to_its_field(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGES["create"])
    page.get_by_role("button", name="ذخیره", exact=True).click()
    field = page.get_by_label("نام کاربری", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    described = str(field.get_attribute("aria-describedby"))
    expect(page.locator(f"#{described}")).not_to_be_empty()
    expect(page.get_by_role("alert").filter(has=page.get_by_role("link", name="نام کاربری"))).to_be_visible()
    assert serious(page) == []


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_address_is_answered(context: BrowserContext, query: str) -> None:
    assert context.request.get(f"/admin/people/?{query}").status == 200


# Letters are read by mail programs, which know no style sheets of ours.
SHOWN = sorted(path for path in TEMPLATES.rglob("*.html") if path.parent.name != "letter")


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_style_or_foreign_address(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


def test_the_theme_uses_only_our_templates() -> None:
    assert DeskTheme() == DeskTheme(folder="desk", base_template="admin/base.html")
