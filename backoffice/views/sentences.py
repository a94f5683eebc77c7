"""Stored sentences in the reader's language: a message id and its values become words of the page."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask

from backoffice.i18n import N_, _, current_language
from backoffice.rules import fields
from backoffice.views.formats import digits

FIELD_TITLES = {
    fields.ID_TYPE: N_("Kind of code"),
    fields.NATIONAL_CODE: N_("National code"),
    fields.PERSONNEL_NUMBER: N_("Personnel number"),
    fields.FIRST_NAME: N_("First name"),
    fields.LAST_NAME: N_("Last name"),
    fields.FULL_NAME: N_("Full name"),
    fields.FATHER_NAME: N_("Father's name"),
    fields.BIRTH_DATE: N_("Birth date"),
    fields.MOBILE: N_("Mobile"),
    fields.UNIT: N_("Unit"),
    fields.UNIT_CODE: N_("Unit code"),
    fields.TITLE: N_("Post"),
    fields.EMPLOYMENT_TYPE: N_("Employment type"),
    fields.PERSON_TYPE: N_("Kind of person"),
    fields.STATUS: N_("Status"),
    fields.START_DATE: N_("Start date"),
    fields.END_DATE: N_("End date"),
    fields.STUDENT_NUMBER: N_("Student number"),
}
CALENDARS = {"Jalali": N_("Jalali"), "Gregorian": N_("Gregorian")}
# Values that hold names of our fields, one or several with commas.
_FIELD_PLACES = frozenset({"field", "column", "other", "columns", "missing"})
_WHOLE_NUMBER = re.compile(r"(%\(\w+\))d")


class _Number(int):
    """A number that a sentence writes grouped and in the digits of the page."""

    def __str__(self) -> str:
        return number(int(self))


def register(app: Flask) -> None:
    """Give the templates the filters of this file."""
    app.jinja_env.filters.update(sentence=sentence, field_title=field_title, number=number)


def sentence(kept: Mapping[str, Any]) -> str:
    """Give a gate, notice or fault (``message`` and ``params``) as a sentence of the page."""
    message, params = str(kept.get("message", "")), kept.get("params") or {}
    places = {name: _in_words(name, value) for name, value in params.items()}
    text = _(message) if message else str(kept.get("detail", ""))
    return _WHOLE_NUMBER.sub(r"\1s", text) % places if places else text


def field_title(name: str) -> str:
    """Give the name of one of our fields as people call it."""
    return _(FIELD_TITLES[name]) if name in FIELD_TITLES else name


def number(value: int) -> str:
    """Give a number grouped by thousands, in the digits of the page."""
    grouped = f"{value:,}"
    return digits(grouped.replace(",", "٬")) if current_language() == "fa" else grouped


def _in_words(name: str, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return _Number(value)
    if name in _FIELD_PLACES and isinstance(value, str):
        return _(", ").join(field_title(part) for part in value.split(", "))
    if name == "calendar" and value in CALENDARS:
        return _(CALENDARS[str(value)])
    return value
