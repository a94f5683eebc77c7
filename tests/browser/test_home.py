"""The first page of the real desk."""

import pytest

from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_work_list_is_polished(desk: LiveDesk, lang: str) -> None:
    with desk.tab("it_operator") as page:
        assert_polished(page, "/admin/", lang)
