"""The screen of the review in groups in Chromium."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished
from tests.services.review_rows import judged, make_pairs


@pytest.fixture(scope="module", autouse=True)
def pairs(desk: LiveDesk) -> None:
    with desk.app.app_context():
        judged(200)
        make_pairs(23)
        make_pairs(2, "T1b", 700)
        make_pairs(2, "T5", 800)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", ["T2", "T1b", "T5"])
def test_the_screen_of_pairs_is_polished(desk: LiveDesk, rule: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, f"/admin/reviews/?rule={rule}", lang)


def test_a_group_is_decided_without_scripts_and_the_rest_taken_back(desk: LiveDesk) -> None:
    with desk.enter("it_admin", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/admin/reviews/?rule=T1b&lang=en")
        page.get_by_label("Not the same person").first.check()
        page.get_by_role("button", name="Decide these 2 pairs").click()
        expect(page.locator("main")).to_contain_text("Decided: 1 pairs are the same person, 1 are not.")
        page.goto("/admin/reviews/?rule=T2&lang=en")
        page.locator("#reason").fill("two hundred looked at")
        page.get_by_role("button", name="Accept the rest by rule").click()
        page.get_by_label("Why it is taken back").fill("the file was wrong")
        page.get_by_role("button", name="Take it back as one step").click()
        expect(page.locator("main")).to_contain_text("Taken back: 23 pairs are open again.")
