"""``?lang=fa|en`` on any page switches the language and is remembered. Source: contract.md "Details"."""

from flask import Flask, Response, current_app, request

from backoffice.i18n import LANGUAGES
from backoffice.views.cookies import cookie_attributes

_YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Remember a choice made in the address."""
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie("lang", chosen, max_age=_YEAR, **cookie_attributes(current_app))
    return response
