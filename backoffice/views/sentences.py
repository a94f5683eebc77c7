"""Stored sentences on pages, see ``services.sentences``."""

from flask import Flask

from backoffice.services.sentences import field_title, number, sentence

__all__ = ["field_title", "number", "register", "sentence"]


def register(app: Flask) -> None:
    """Give the templates the filters of this file."""
    app.jinja_env.filters.update(sentence=sentence, field_title=field_title, number=number)
