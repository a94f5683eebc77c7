"""The screens of cases in Chromium."""

import pytest

from backoffice.extensions import settings_of
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, assert_polished
from tests.views.case_rows import make_case, make_code_trouble


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> dict[str, str]:
    with desk.app.app_context():
        number = make_case(91)
        return {
            "list": "/admin/cases/", "case": f"/admin/cases/{number}/",
            "trouble": f"/admin/code-trouble/{make_code_trouble(settings_of(desk.app))}/",
        }  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["list", "case", "trouble"])
def test_the_screens_of_cases_are_polished(
    desk: LiveDesk, pages: dict[str, str], name: str, lang: str, width: int
) -> None:
    with desk.enter("it_operator") as context:
        assert_polished(context.new_page(), pages[name], lang, width)
