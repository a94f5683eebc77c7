"""Sentences in the reader's language: English message ids, Persian in the catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask_babel
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_translations, gettext, lazy_gettext, ngettext

from backoffice.extensions import settings_of

__all__ = [
    "LANGUAGES", "N_", "_", "current_language", "force_locale", "lazy", "ngettext", "register", "text_direction",
]  # fmt: skip

LANGUAGES = ("fa", "en")
_CATALOGUE = "catalogue"
_ = gettext
lazy = lazy_gettext


def N_(message: str) -> str:  # noqa: N802 - the customary name of gettext's marker
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


def register(app: Flask) -> None:
    """Choose the language of every answer: ``?lang=``, then the cookie ``lang``, then the setting LANGUAGE."""
    Babel(app, locale_selector=current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # brought by the extension jinja2.ext.i18n
        gettext=lambda one: _catalogue().ugettext(one),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )


@contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Speak another language for a while."""
    g.pop(_CATALOGUE, None)
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        g.pop(_CATALOGUE, None)


def _catalogue() -> Any:
    """Give the sentences of the language that is spoken; Flask-Babel would look for them anew for each sentence."""
    if _CATALOGUE not in g:
        setattr(g, _CATALOGUE, get_translations())
    return getattr(g, _CATALOGUE)


def current_language() -> str:
    """Give the language of this request (``g.language`` if a view chose one), Persian outside one."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        asked = (request.args.get("lang"), request.cookies.get("lang"))
        default = str(settings_of(current_app).language)
        g.language = next((lang for lang in asked if lang in LANGUAGES), default)
    return str(g.language)


def text_direction(language: str) -> str:
    """Give ``rtl`` or ``ltr``."""
    return "rtl" if language == "fa" else "ltr"
