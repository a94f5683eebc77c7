"""The screens of reconciliation in Chromium."""

import pytest

from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, assert_polished
from tests.browser.run_pages import RunPages, fill


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> RunPages:
    with desk.app.app_context():
        return fill()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RunPages._fields)
def test_the_screens_of_reconciliation_are_polished(
    desk: LiveDesk, pages: RunPages, name: str, lang: str, width: int
) -> None:
    with desk.enter("it_operator") as context:
        assert_polished(context.new_page(), getattr(pages, name), lang, width)
