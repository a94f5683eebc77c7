"""``?lang=fa|en`` on any page switches the language and is remembered. Source: contract.md "Details"."""

from flask import Flask, Response, current_app, request

from backoffice.extensions import settings_of
from backoffice.i18n import LANGUAGES

_YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Remember a choice made in the address."""
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        secure = settings_of(current_app).secure
        response.set_cookie("lang", chosen, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="Lax")
    return response
