"""Stored sentences on pages, see ``services.sentences``."""

from flask import Flask

from backoffice.services import sentences
from backoffice.services.sentences import field_title, number

__all__ = ["field_title", "number", "register", "sentence"]


def register(app: Flask) -> None:
    """Give the templates the filters of this file."""
    app.jinja_env.filters.update(sentence=sentence, field_title=field_title, number=number)


def sentence(kept: object) -> str:
    """Give a gate, notice, row set aside or fault as a sentence of the page."""
    return sentences.sentence(kept, isolated=True)
