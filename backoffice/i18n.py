"""Sentences in the reader's language: English message ids, Persian in the catalogue."""

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext, lazy_gettext, ngettext

from backoffice.extensions import settings_of

__all__ = [
    "LANGUAGES", "N_", "_", "current_language", "force_locale", "lazy", "ngettext", "register", "text_direction",
]  # fmt: skip

LANGUAGES = ("fa", "en")
_ = gettext
lazy = lazy_gettext


def N_(message: str) -> str:  # noqa: N802 - the customary name of gettext's marker
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


def register(app: Flask) -> None:
    """Choose the language of every answer: ``?lang=``, then the cookie ``lang``, then the setting LANGUAGE."""
    Babel(app, locale_selector=current_language)


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
