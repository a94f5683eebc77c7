"""Mail moves in Chromium: at the desk, and what the person sees of one."""

import pytest
from playwright.sync_api import expect

from backoffice.extensions import db, settings_of
from backoffice.models import MailMove
from backoffice.ports.imap_faults import OVER_QUOTA
from backoffice.services import profile_sessions
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, assert_fits, assert_polished, open_whole, with_language
from tests.views.test_mail import make_move

PAGES = {
    "list": "/admin/mail/", "attention": "/admin/mail/?tab=attention&failure=quota", "one": "/admin/mail/{failed}/",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "old_imap_url": "imap://127.0.0.1:1"}


@pytest.fixture(scope="module")
def moves(desk: LiveDesk) -> dict[str, int]:
    with desk.app.app_context():
        failed = make_move(2, "failed", failure="quota", detail=OVER_QUOTA, values={"host": "mail.new"}, refused=1)
        return {"copying": make_move(1), "failed": failed, "asked": make_move(3, "credentials_needed")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_the_desks_screens_are_polished(desk: LiveDesk, moves: dict[str, int], name: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, PAGES[name].format(**moves), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_would_be_done_with_many_is_polished(desk: LiveDesk, moves: dict[str, int], lang: str) -> None:
    with desk.tab("it_admin") as page:
        page.goto(with_language("/admin/mail/?tab=attention", lang))
        expect(page.locator("#bulk-form button")).to_be_disabled()
        page.locator("[data-tick-all]").check()
        page.locator("#act-retry").check()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator("#bulk-form button").click()
        expect(page.locator(".table tbody tr")).to_have_count(len(moves) - 1)
        for width in WIDTHS:
            assert_fits(page, width)


@pytest.mark.parametrize(("move", "lang"), [("copying", "fa"), ("asked", "fa"), ("failed", "en")])
def test_the_persons_view_of_a_move_is_polished(desk: LiveDesk, moves: dict[str, int], move: str, lang: str) -> None:
    with desk.app.app_context():
        account = db.session.get_one(MailMove, moves[move]).request_id
        token = profile_sessions.enter(account, profile_sessions.PASSWORD, "127.0.0.1", settings_of(desk.app))
    with desk.enter("auditor") as context:
        context.add_cookies([{"name": "request", "value": token, "url": desk.address}])
        page = context.new_page()
        open_whole(page, with_language("/profile/", lang))
        for width in WIDTHS:
            assert_fits(page, width)
