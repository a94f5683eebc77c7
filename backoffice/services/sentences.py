"""Stored sentences in a reader's language: a message id and its values become words.

Pages take the language of the request; a report that is written to a file names its own.
"""

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _, current_language, force_locale
from backoffice.rules import fields, jalali

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
# Values that come from us and not from a file, by the name of their place.
WORDS = {
    "calendar": {"Jalali": N_("Jalali"), "Gregorian": N_("Gregorian")},
    "delimiter": {"comma": N_("comma"), "semicolon": N_("semicolon"), "tab": N_("tab")},
    "kind": {"a database": N_("a database")},
}
# Values that hold names of our fields, one or several with commas.
_FIELD_PLACES = frozenset({"field", "column", "other", "columns", "missing"})
# Lists of words out of a file: «one», «two», or «one» (3), «two» (1).
_COUNTED, _BETWEEN = re.compile(r"» \(([0-9]+)\)(?=, «|$)"), re.compile(r"(?<=[»)]), (?=«)")
_WHOLE_NUMBER = re.compile(r"(%\(\w+\))d")
_LATIN, _PERSIAN = re.compile("[A-Za-z]"), re.compile("[\u0621-\u06d3]")
ISOLATE, POP = "\u2068", "\u2069"
_PERSIAN_DIGITS = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")


class _Number(int):
    """A number that a sentence writes grouped and in the digits of the language."""

    language: str

    def __str__(self) -> str:
        return number(int(self), self.language)


def sentence(kept: object, language: str | None = None, *, isolated: bool = False) -> str:
    """Give a gate, notice, row set aside or fault (``message`` and ``params``, stored or not) as a sentence.

    ``language``: that of the request where it is not given. ``isolated`` keeps words out of a file together where
    they run against the direction of the sentence.
    """
    chosen = language or current_language()
    with force_locale(chosen) if language else nullcontext():
        message, params = str(_part(kept, "message") or ""), _part(kept, "params") or {}
        text = _(message) if message else str(_part(kept, "detail") or "")
        places = {name: _in_words(name, params, chosen, isolated=isolated) for name in params}
        return _WHOLE_NUMBER.sub(r"\1s", text) % places if places else text


def field_title(name: str) -> str:
    """Give the name of one of our fields as people call it."""
    return _(FIELD_TITLES[name]) if name in FIELD_TITLES else name


def number(value: int, language: str | None = None) -> str:
    """Give a number grouped by thousands, in the digits of the language (that of the request by default)."""
    grouped = f"{value:,}"
    return grouped.translate(_PERSIAN_DIGITS) if (language or current_language()) == "fa" else grouped


def in_digits(text: str, language: str) -> str:
    """Give a number that is said sign by sign, such as an extension, in the digits of the language."""
    return text.translate(_PERSIAN_DIGITS) if language == "fa" else text


def moment_of(moment: dt.datetime, language: str, zone: str) -> str:
    """Give day and time of a moment as messages show them."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{jalali.shown(local.date(), language)} {in_digits(f'{local:%H:%M}', language)}"


def time_of_day(moment: dt.datetime) -> str:
    """Give the minute at which a moment of today or tomorrow is over: local, in the language of the request."""
    zone = ZoneInfo(settings_of(current_app).timezone)
    whole = moment.replace(second=0, microsecond=0)
    local = (whole if whole == moment else whole + dt.timedelta(minutes=1)).astimezone(zone)
    text = f"{local:%H:%M}"
    shown = text.translate(_PERSIAN_DIGITS) if current_language() == "fa" else text
    return shown if local.date() == clock.now().astimezone(zone).date() else _("%(time)s tomorrow", time=shown)


def _part(kept: object, name: str) -> Any:
    return kept.get(name) if isinstance(kept, Mapping) else getattr(kept, name, None)


def _in_words(name: str, params: Mapping[str, Any], language: str, *, isolated: bool) -> object:
    value = params[name]
    if inner := params.get(f"{name}_of"):
        return sentence(inner, language, isolated=isolated)
    if isinstance(value, int) and not isinstance(value, bool):
        found = _Number(value)
        found.language = language
        return found
    if name in _FIELD_PLACES and isinstance(value, str):
        return _(", ").join(field_title(part) for part in value.split(", "))
    if isinstance(value, str) and value in WORDS.get(name, {}):
        return _(WORDS[name][value])
    return _listed(value, language, isolated=isolated) if isinstance(value, str) else value


def _listed(text: str, language: str, *, isolated: bool) -> str:
    counted = _COUNTED.sub(lambda found: f"» ({number(int(found[1]), language)})", text)
    listed = _BETWEEN.sub(_(", "), counted)
    against = _LATIN if language == "fa" else _PERSIAN
    return f"{ISOLATE}{listed}{POP}" if isolated and against.search(text) else listed
