"""The screens of reconciliation in Chromium."""

import pytest
from playwright.sync_api import expect

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Run
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished
from tests.browser.run_pages import RunPages, fill
from tests.reconcile.worlds import code


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> RunPages:
    with desk.app.app_context():
        return fill()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RunPages._fields)
def test_the_screens_of_reconciliation_are_polished(desk: LiveDesk, pages: RunPages, name: str, lang: str) -> None:
    with desk.tab("it_operator") as page:
        assert_polished(page, getattr(pages, name), lang)


def test_a_story_fetches_what_hr_says_once_it_is_shown(desk: LiveDesk, pages: RunPages) -> None:
    with desk.tab("it_operator") as page:
        page.goto(pages.person.partition("?")[0])
        expect(page.locator(".hr-row")).to_contain_text("معاونت پژوهش و فناوری")


def test_a_story_without_script_leads_to_what_hr_says(desk: LiveDesk, pages: RunPages) -> None:
    with desk.enter("it_operator", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(pages.person.partition("?")[0])
        page.get_by_role("link", name="خواندن جدیدترین فایل‌های کارگزینی").click()
        expect(page.locator(".hr-row")).to_contain_text("معاونت پژوهش و فناوری")


def test_codes_are_shown_after_asking_and_stay_marked_where_they_differ(desk: LiveDesk, pages: RunPages) -> None:
    with desk.tab("it_operator") as page:
        page.goto(pages.drift)
        expect(page.locator("main")).not_to_contain_text(code(2))
        page.get_by_role("button", name="نمایش (در سوابق اقدامات ثبت می‌شود)").click()
        expect(page.locator("main")).to_contain_text(code(2))


def test_a_page_that_waits_shows_the_end_of_the_run_by_itself(desk: LiveDesk, pages: RunPages) -> None:
    with desk.tab("it_operator") as page:
        page.goto(pages.running)
        expect(page.locator("[data-wait]")).to_be_visible()
        with desk.app.app_context(), writing() as session:
            number = int(pages.running.rstrip("/").rpartition("/")[2])
            run = session.get_one(Run, number)
            run.status, run.finished_at = "failed", clock.now()
        expect(page.locator("[data-wait]")).to_have_count(0, timeout=15_000)
        expect(page.locator("main")).to_contain_text("ناموفق")


def test_the_filter_works_with_the_keyboard_and_without_script(desk: LiveDesk, pages: RunPages) -> None:
    with desk.enter("it_operator", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(pages.one_situation)
        page.get_by_label("وضعیت").select_option("DECEASED")
        page.get_by_role("button", name="اعمال").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text("منوچهر کیهانی")
