"""``?lang=`` switches the language and is remembered."""

import pytest
from flask import Flask, render_template_string

from backoffice.i18n import force_locale
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


def test_templates_speak_the_language_that_is_spoken_at_the_moment(app: Flask) -> None:
    def said() -> str:
        return render_template_string("{{ _('Back to the desk') }}")

    with app.test_request_context("/"):
        persian = said()
        with force_locale("en"):
            assert said() == "Back to the desk" != persian
            with force_locale("fa"):
                assert said() == persian
            assert said() == "Back to the desk"
        assert said() == persian
