"""The fields of the first form: who somebody says to be. Source: mission S2, S33; contract.md "Pages"."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from backoffice.i18n import N_
from backoffice.rules import jalali
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, LONGEST, TOO_LONG, Parser, Sent, only, read, short
from backoffice.rules.national_code import FOREIGN, NATIONAL, is_valid, is_valid_foreign, normalise
from backoffice.rules.text import fold_digits, has_arabic_script, n1

NAMES = (
    "id_type", "national_code", "birth_date", "first_name", "last_name", "father_name", "personnel_number",
)  # fmt: skip
LONGEST_NAME = 64
BAD_TYPE = N_("Please choose one of the two.")
BAD_CODE = N_("This is no valid national code; please check its ten digits.")
BAD_FOREIGN_CODE = N_("This code has 4 to 20 Latin letters or digits.")
BAD_NAME = N_("A name has letters, spaces and hyphens only.")
NOT_PERSIAN = N_("Please write the name in Persian letters, as in the identity document.")
BAD_DATE = N_("This is no date. Please write year, month and day, for example 1370/05/21.")
GREGORIAN = N_("Please write the date in the Jalali calendar, for example 1370/05/21.")
SHORT_YEAR = N_("Please write the year with four digits, for example 1370/05/21.")
FUTURE = N_("This day has not come yet.")
BAD_NUMBER = N_("A personnel number has letters and digits only.")
_EXTRA = frozenset(" \u200c-'.\u2019")
_NUMBER = re.compile(r"[0-9A-Za-z/\-]{1,20}", re.ASCII)
_DATE_GAPS = re.compile(r"[\s/\\.,،\-\u2010-\u2015]+")
_SHORT_YEAR = re.compile(r"[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}", re.ASCII)


def read_identity(sent: Sent, today: dt.date) -> dict[str, str]:
    """Give the folded fields by name, ``birth_date`` ISO. Raises InvalidFieldsError.

    A foreigner's name may be in any letters and the birth date in either calendar.
    """
    try:
        foreign = only(sent.get("id_type", ())) == FOREIGN
    except RefusedError:
        foreign = False
    return read(_parsers(today, foreign=foreign), sent)


def _parsers(today: dt.date, *, foreign: bool) -> dict[str, Parser]:
    name = _any_name if foreign else _persian_name
    return {
        "id_type": _id_type,
        "national_code": _foreign_code if foreign else _national_code,
        "birth_date": _birth_date(today, foreign=foreign),
        "first_name": name,
        "last_name": name,
        "father_name": _optional(name) if foreign else name,
        "personnel_number": _optional(_personnel_number),
    }


def _optional(parse: Parser) -> Parser:
    return lambda value: parse(value) if value.strip() else ""


def _id_type(value: str) -> str:
    if value not in (NATIONAL, FOREIGN):
        raise RefusedError(BAD_TYPE)
    return value


def _national_code(value: str) -> str:
    code = normalise(short(value))
    if not is_valid(code):
        raise RefusedError(BAD_CODE)
    return code


def _foreign_code(value: str) -> str:
    code = normalise(short(value)).upper()
    if not is_valid_foreign(code):
        raise RefusedError(BAD_FOREIGN_CODE)
    return code


def _any_name(value: str) -> str:
    name = n1(value) if len(value) <= LONGEST else value
    if not name:
        raise RefusedError(EMPTY)
    if len(name) > LONGEST_NAME:
        raise RefusedError(TOO_LONG)
    if not all(sign in _EXTRA or unicodedata.category(sign)[0] in "LM" for sign in name):
        raise RefusedError(BAD_NAME)
    if not any(unicodedata.category(sign)[0] == "L" for sign in name):
        raise RefusedError(BAD_NAME)
    return name


def _persian_name(value: str) -> str:
    name = _any_name(value)
    if not has_arabic_script(name):
        raise RefusedError(NOT_PERSIAN)
    return name


def _birth_date(today: dt.date, *, foreign: bool) -> Callable[[str], str]:
    def parse(value: str) -> str:
        written = _DATE_GAPS.sub("/", fold_digits(n1(short(value)))).strip("/")
        day = jalali.parse(written, "jalali")
        western = jalali.parse(written, "gregorian") if day is None else None
        if western and not foreign:
            raise RefusedError(GREGORIAN)
        found = day or western
        if found is None:
            raise RefusedError(SHORT_YEAR if _SHORT_YEAR.fullmatch(written) else BAD_DATE)
        if found > today:
            raise RefusedError(FUTURE)
        return found.isoformat()

    return parse


def _personnel_number(value: str) -> str:
    number = normalise(short(value))
    if not _NUMBER.fullmatch(number):
        raise RefusedError(BAD_NUMBER)
    return number
