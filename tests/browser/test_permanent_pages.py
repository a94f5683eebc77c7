"""Requests for permanent accounts in Chromium: the desk's two screens, and the page of the person."""

import os
from pathlib import Path

import pytest

from backoffice import clock
from backoffice.extensions import settings_of, writing
from backoffice.models import PermanentRequest
from backoffice.services import profile_sessions
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, assert_fits, assert_polished, open_whole, with_language
from tests.factories import make_account

PICTURES = os.environ.get("REQUEST_PICTURES", "")
PAGES = {
    "queue": "/admin/permanent/",
    "waiting": "/admin/permanent/?tab=waiting",
    "review": "/admin/permanent/{review}/",
    "made": "/admin/permanent/{made}/",
}


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "old_imap_url": "imap://127.0.0.1:1"}


@pytest.fixture(scope="module")
def requests(desk: LiveDesk) -> dict[str, int]:
    with desk.app.app_context():
        return {
            "review": make_request(1, "needs_review", waits_for="it", reasons=["name_taken", "open_case"]),
            "hr": make_request(2, "waiting_source", waits_for="hr", reasons=["not_active"]),
            "made": make_request(3, "provisioning", rule="auto:S39", steps={"entry": clock.now().isoformat()}),
        }


def make_request(number: int, state: str, **values: object) -> int:
    account_id = make_account(number)
    with writing() as session:
        request = PermanentRequest(
            tracking_code=f"7KQ2-000{number}", account_id=account_id, state=state, username=f"m.karimi{number}",
            created_at=clock.now(), due_at=clock.now(), **values,
        )  # fmt: skip
        session.add(request)
        session.flush()
        return request.id


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_the_desks_screens_are_polished(desk: LiveDesk, requests: dict[str, int], name: str, lang: str) -> None:
    with desk.tab("it_operator") as page:
        assert_polished(page, PAGES[name].format(**requests), lang)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"permanent-{name}-{lang}.png", full_page=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_persons_page_is_polished_with_and_without_a_request(desk: LiveDesk, lang: str) -> None:
    number = 11 + LANGUAGES.index(lang)
    with desk.app.app_context():
        account_id = make_account(number)
        token = profile_sessions.enter(account_id, profile_sessions.PASSWORD, "127.0.0.1", settings_of(desk.app))
    with desk.chromium.new_context(base_url=desk.address) as context:
        context.add_cookies([{"name": "request", "value": token, "url": desk.address}])
        page = context.new_page()
        for state in ("without", "with"):
            open_whole(page, with_language("/profile/permanent", lang))
            assert page.locator("h1").count() == 1
            for width in WIDTHS:
                assert_fits(page, width)
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"person-{state}-{lang}.png", full_page=True)
            if state == "without":
                page.check("#had_mailbox-no")
                assert page.locator("#mailbox").is_hidden()
                with desk.app.app_context(), writing() as session:
                    session.add(
                        PermanentRequest(
                            tracking_code=f"7KQ2-01{number}", account_id=account_id, state="waiting_source",
                            waits_for="hr", reasons=["not_active"], username=f"k.karimi{number}",
                            created_at=clock.now(), due_at=clock.now(),
                        )
                    )  # fmt: skip
