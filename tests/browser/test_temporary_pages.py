"""The pages of temporary accounts in Chromium, and locking many of them by two people."""

import pytest
from playwright.sync_api import expect

from backoffice.extensions import settings_of
from backoffice.services import account_bulk
from backoffice.services.account_bulk import LOCK, Act
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished
from tests.factories import make_account


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture(scope="module")
def batch(desk: LiveDesk) -> int:
    """Locking that waits for a second person."""
    with desk.app.app_context():
        ids = [make_account(number) for number in range(1, 12)]
        settings = settings_of(desk.app)
        return account_bulk.carry_out(ids, Act(LOCK), reason="رمزها لو رفته است", actor="amiri", settings=settings)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["", "1/", "batches/1/"])
def test_the_pages_of_temporary_accounts_are_polished(desk: LiveDesk, batch: int, path: str, lang: str) -> None:
    assert batch == 1
    with desk.tab("it_operator") as page:
        assert_polished(page, f"/admin/temporary/{path}", lang)


def test_ticked_accounts_lead_to_the_preview(desk: LiveDesk, batch: int) -> None:
    assert batch == 1
    with desk.tab("it_operator") as page:
        page.goto("/admin/temporary/?lang=en")
        button = page.get_by_role("button", name="Show what would be done")
        assert button.is_disabled()
        page.check("[data-tick-all]")
        page.check("#act-lock")
        button.click()
        expect(page.locator("main")).to_contain_text("takes two people")


def test_the_second_person_releases_what_waits(desk: LiveDesk, batch: int) -> None:
    with desk.tab("it_admin") as page:
        page.goto("/admin/?lang=en")
        page.get_by_role("link", name="Ending of temporary accounts").click()
        page.get_by_label("Reason").fill("I saw the leak")
        page.get_by_role("button", name="Release as the second person").click()
        expect(page.locator("main")).to_contain_text("11 accounts are under way.")
        assert f"/batches/{batch}/" in page.url
