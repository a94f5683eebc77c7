"""Applying, results, held changes and trust levels in Chromium."""

import pytest

from tests.browser.change_pages import ChangePages, fill
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    approve = {"update": "approve", "enable": "approve", "disable": "approve"}
    return {"policy": {"mode": "act"}, "trust": approve}


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> ChangePages:
    with desk.app.app_context():
        return fill(desk.app)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ChangePages._fields)
def test_the_screens_of_changes_are_polished(desk: LiveDesk, pages: ChangePages, name: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, getattr(pages, name), lang)
