"""The screens of cases in Chromium."""

import pytest

from backoffice.extensions import settings_of
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished
from tests.factories import make_hr_row
from tests.services.mismatch_rows import make_refusal
from tests.views.case_rows import make_case, make_code_trouble, make_two_persons


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> dict[str, str]:
    with desk.app.app_context():
        number, trouble = make_case(91), make_code_trouble(settings_of(desk.app))
        two = make_two_persons(93, 94)
        make_hr_row(92)
        refused = make_refusal(92, birth_date="1980-05-22")
        return {
            "list": "/admin/cases/", "case": f"/admin/cases/{number}/",
            "trouble": f"/admin/code-trouble/{trouble}/", "refused": f"/admin/cases/{refused}/",
            "two": f"/admin/cases/{two}/",
        }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["list", "case", "trouble", "refused", "two"])
def test_the_screens_of_cases_are_polished(desk: LiveDesk, pages: dict[str, str], name: str, lang: str) -> None:
    with desk.tab("it_operator") as page:
        assert_polished(page, pages[name], lang)


def test_keys_go_from_case_to_case_and_open_a_decision(desk: LiveDesk, pages: dict[str, str]) -> None:
    with desk.tab("it_operator") as page:
        page.goto(f"{pages['refused']}?lang=en")
        page.keyboard.press("r")
        assert page.locator("#act-refuse").get_attribute("open") is not None
        page.locator("#act-ask summary").click()
        page.locator("#note-ask").fill("Which day?")
        assert "Which day?" in page.locator("#act-ask blockquote").inner_text()
        page.locator("h1").click()
        page.keyboard.press("j")
        page.wait_for_url(f"**{pages['case']}**")


def test_keys_can_be_switched_off(desk: LiveDesk, pages: dict[str, str]) -> None:
    with desk.tab("it_operator") as page:
        page.goto(pages["refused"])
        page.keyboard.press("Shift+Slash")
        page.locator("[data-keys-on]").uncheck()
        page.locator("#keys button").click()
        page.keyboard.press("r")
        assert page.locator("#act-refuse").get_attribute("open") is None
