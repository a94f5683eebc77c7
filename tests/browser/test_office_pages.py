"""Settings, holidays, questions, reminders and what waits for HR in Chromium; make soak in both languages."""

import datetime as dt
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from backoffice import clock
from backoffice.extensions import settings_of, writing
from backoffice.models import PermanentRequest, Reminder, RequestQuestion
from backoffice.services import holidays, profile_sessions, purges
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, assert_fits, assert_polished, open_whole, with_language
from tests.browser.test_permanent_pages import make_request
from tests.factories import make_account

PICTURES = os.environ.get("OFFICE_PICTURES", "")
PAGES = {
    "settings": "/admin/settings/",
    "limits": "/admin/settings/?group=limits",
    "directory": "/admin/settings/?group=directory",
    "system": "/admin/system/",
    "statistics": "/admin/statistics/",
    "holidays": "/admin/holidays/?year=1406",
    "answered": "/admin/permanent/{answered}/",
    "home": "/admin/",
    "hr-waiting": "/admin/hr-waiting/",
    "reminders": "/admin/reminders/",
    "proposed": "/admin/temporary/?state=proposed",
    "account": "/admin/temporary/{over}/",
}
EVERY = bool(PICTURES or os.environ.get("BACKOFFICE_SOAK"))
SHOWN = [
    (name, lang)
    for number, name in enumerate(PAGES)
    for place, lang in enumerate(LANGUAGES)
    if EVERY or number % len(LANGUAGES) == place
]
LIST = "1406/01/01 نوروز\n1406/01/12 روز جمهوری اسلامی\n1406/01/13 روز طبیعت"


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"policy": {"mode": "act", "holidays": ["1406/03/14"]}}


@pytest.fixture(scope="module")
def filled(desk: LiveDesk) -> dict[str, int]:
    with desk.app.app_context():
        holidays.add_list(LIST, actor="amiri", settings=settings_of(desk.app))
        asked = make_request(1, "needs_review", waits_for="person", reasons=["asked", "open_case"])
        answered = make_request(2, "needs_review", waits_for="it", reasons=["answered"])
        ask(asked, "")
        ask(answered, "در دانشکده فیزیک، از مهر امسال.")
        make_request(3, "waiting_source", waits_for="hr", reasons=["not_active"])
        over = make_account(4, state="expired", expires_at=clock.now() - dt.timedelta(days=100))
        purges.propose_due()
        with writing() as session:
            session.execute(sa.update(PermanentRequest).values(due_at=clock.now() - dt.timedelta(days=6)))
            for stage, why in ((21, "missed"), (14, ""), (7, "unreachable")):
                session.add(Reminder(
                    account_id=over, expires_at=clock.now(), stage=stage, sent=not why, why=why, at=clock.now()
                ))  # fmt: skip
        return {"asked": asked, "answered": answered, "over": over}


def ask(request_id: int, answer: str) -> None:
    now = clock.now()
    with writing() as session:
        session.add(RequestQuestion(
            request_id=request_id, words="در کدام واحد کار می‌کنید؟", asked_by="amiri", asked_at=now, answer=answer,
            answered_at=now if answer else None,
        ))  # fmt: skip


@pytest.mark.parametrize(("name", "lang"), SHOWN)
def test_the_screens_are_polished(desk: LiveDesk, filled: dict[str, int], name: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, PAGES[name].format(**filled), lang)
        for width in WIDTHS if PICTURES else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(PICTURES) / f"{name}-{lang}-{width}.png", full_page=True)


@pytest.mark.parametrize("lang", LANGUAGES if EVERY else LANGUAGES[:1])
def test_a_question_is_previewed_and_reads_well_in_the_profile(
    desk: LiveDesk, filled: dict[str, int], lang: str
) -> None:
    with desk.tab("it_admin") as page:
        open_whole(page, with_language(f"/admin/permanent/{filled['answered']}/", lang))
        page.locator("#reason-ask").fill("در کدام واحد کار می‌کنید؟")
        with page.expect_navigation():
            page.locator("#reason-ask").press("Tab")
            page.locator("form:has(#reason-ask) button").click()
        _look(page, "preview", lang)
    with desk.app.app_context():
        settings = settings_of(desk.app)
        token = profile_sessions.enter(1, profile_sessions.PASSWORD, "127.0.0.1", settings)
    with desk.enter("auditor") as context:
        context.add_cookies([{"name": "request", "value": token, "url": desk.address}])
        page = context.new_page()
        open_whole(page, with_language("/profile/permanent", lang))
        _look(page, "question", lang)


def _look(page: Page, name: str, lang: str) -> None:
    for width in WIDTHS:
        assert_fits(page, width)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{lang}-{width}.png", full_page=True)
