"""``?lang=`` switches the language and is remembered."""

import pytest

from tests.views.conftest import DeskClient

PERSIAN, ENGLISH = '<html lang="fa" dir="rtl"', '<html lang="en" dir="ltr"'


def test_pages_are_persian_unless_asked_otherwise(stranger: DeskClient) -> None:
    assert PERSIAN in stranger.get("/admin/login").text


@pytest.mark.parametrize("path", ["/admin/login", "/admin/", "/nothing"])
def test_the_switch_works_on_any_page_and_is_remembered(stranger: DeskClient, path: str) -> None:
    stranger.get(f"{path}?lang=en")
    assert ENGLISH in stranger.get("/admin/login").text
    stranger.get(f"{path}?lang=fa")
    assert PERSIAN in stranger.get("/admin/login").text


@pytest.mark.parametrize("lang", ["de", "", "en\r\nX: y", "../en", "EN"])
def test_an_unknown_language_changes_nothing(stranger: DeskClient, lang: str) -> None:
    answer = stranger.get("/admin/login", query_string={"lang": lang})
    assert PERSIAN in answer.text
    assert stranger.get_cookie("lang") is None


def test_a_made_up_language_cookie_is_ignored(stranger: DeskClient) -> None:
    stranger.set_cookie("lang", "xx")
    assert PERSIAN in stranger.get("/admin/login").text


@pytest.mark.parametrize("overrides", [{"language": "en"}])
def test_the_setting_gives_the_first_language(stranger: DeskClient) -> None:
    assert ENGLISH in stranger.get("/admin/login").text
