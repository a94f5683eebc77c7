"""How values read on a page: Jalali dates, digits of the language, masked codes."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from markupsafe import Markup, escape
from persiantools.jdatetime import JalaliDateTime

from backoffice.extensions import settings_of
from backoffice.i18n import _, current_language, text_direction
from backoffice.rules.national_code import is_valid

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_SHOWN_HEAD, _SHOWN_TAIL = 3, 2
_MOBILE_SHOWN = 4
_MASK = "•"
_SHOWN_OF_MAIL = 2
_TEN_DIGITS = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")
_PROSE = re.compile(r"([0-9\-]*[A-Za-z][0-9A-Za-z\-]*)|[0-9]+", re.ASCII)
ISOLATE, POP = "\u2066", "\u2069"


def register(app: Flask) -> None:
    """Give the templates the filters and names of this file."""
    app.jinja_env.filters.update(
        fa_digits=digits,
        jalali=jalali,
        jalali_date=jalali_date,
        jalali_time=jalali_time,
        mask_code=mask_code,
        mask_mobile=mask_mobile,
        ltr=ltr,
        without_codes=without_codes,
    )
    app.context_processor(_language)


def digits(value: object) -> str:
    """Give the text with the digits of the page's language (Persian ones in Persian)."""
    text = str(value)
    return text.translate(_PERSIAN_DIGITS) if current_language() == "fa" else text


def digits_of_prose(sentence: str) -> str:
    """Give a sentence with the digits of the page's language, but for codes with Latin letters: they are copied."""
    return _PROSE.sub(lambda found: found[1] or digits(found[0]), sentence)


def jalali(moment: dt.datetime | None) -> Markup:
    """Give a moment as ``<time>``: Jalali in Tehran's time, the Gregorian one in the tooltip."""
    return _time(moment, "%Y/%m/%d %H:%M")


def jalali_date(moment: dt.datetime | None) -> Markup:
    """Give the day of a moment as ``<time>``."""
    return _time(moment, "%Y/%m/%d")


def jalali_time(moment: dt.datetime | None) -> Markup:
    """Give the time of day of a moment as ``<time>``."""
    return _time(moment, "%H:%M")


def jalali_text(moment: dt.datetime, pattern: str = "%Y/%m/%d %H:%M") -> str:
    """Give a moment as plain text in the Jalali calendar, local time and the digits of the language."""
    return digits(JalaliDateTime(local(moment)).strftime(pattern))  # type: ignore[no-untyped-call]


def mask_code(code: str | None) -> Markup:
    """Show the first three and the last two signs of a national code, in a direction of its own."""
    return ltr(masked(code, _SHOWN_HEAD, _SHOWN_TAIL)) if code else Markup()


def mask_mobile(mobile: str | None) -> Markup:
    """Show the first four and the last four digits of a mobile: 0912•••4567. Source: glossary.md."""
    return ltr(masked(mobile, _MOBILE_SHOWN, _MOBILE_SHOWN)) if mobile else Markup()


def mask_mail(address: str) -> str:
    """Show the first two signs of a mail address and its domain: pa•••@gmail.com."""
    local, _, domain = address.partition("@")
    return f"{local[:_SHOWN_OF_MAIL]}•••@{domain}" if domain else ""


def masked(text: str, head: int = _SHOWN_HEAD, tail: int = _SHOWN_TAIL) -> str:
    """Give a text with all but its ends hidden; a short one is hidden whole."""
    if len(text) <= head + tail:
        return _MASK * len(text)
    return f"{text[:head]}{_MASK * (len(text) - head - tail)}{text[-tail:]}"


def without_codes(name: str) -> str:
    """Mask the national codes in a user name or DN: a temporary account is named by its owner's."""
    return _TEN_DIGITS.sub(lambda found: masked(found[0]) if is_valid(found[0]) else found[0], name)


def ltr(text: object) -> Markup:
    """Keep a user name, code, file name or DN from being turned round in a Persian sentence."""
    return Markup('<bdi dir="ltr">%s</bdi>') % escape(text)


def isolated(text: object) -> str:
    """Do the same in plain text, with the Unicode isolates."""
    return f"{ISOLATE}{text}{POP}"


def shown(_view: Any, value: object, _name: str) -> Any:
    """Give a value of a list or details page as people read it; Flask-Admin's type formatter."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return jalali(value)
    return digits(value) if isinstance(value, int) else _joined(value)


def _joined(value: object) -> str:
    if isinstance(value, list):
        return ("، " if current_language() == "fa" else ", ").join(str(item) for item in value)
    return str(value)


def _time(moment: dt.datetime | None, pattern: str) -> Markup:
    if moment is None:
        return Markup()
    here = local(moment)
    title = here.strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        here.isoformat(timespec="seconds"), title, jalali_text(moment, pattern)
    )


def local(moment: dt.datetime) -> dt.datetime:
    """Give a moment in the university's own time."""
    return moment.astimezone(ZoneInfo(settings_of(current_app).timezone))


def _language() -> dict[str, str]:
    language = current_language()
    return {"lang": language, "text_dir": text_direction(language)}
