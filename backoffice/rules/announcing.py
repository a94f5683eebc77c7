"""What HR says of a new colleague before its file does, read and checked. Source: mission S63."""

import datetime as dt
from collections.abc import Mapping

from backoffice.i18n import N_
from backoffice.rules import jalali, mobile, national_code
from backoffice.rules.text import has_arabic_script, n1

LASTS = dt.timedelta(days=30)
MOST_LETTERS = 64
YOUNGEST, OLDEST = 15, 90

NO_CODE = N_("This is no valid national code.")
NO_NAME = N_("Please write the name in Persian letters.")
NO_BIRTH = N_("This is no day of the Jalali calendar on which somebody who begins to work can have been born.")
NO_START = N_("This is no day of the Jalali calendar.")
NO_MOBILE = N_("This is no mobile number.")

_YEAR = dt.timedelta(days=365.25)


def read(typed: Mapping[str, str], today: dt.date) -> tuple[dict[str, str], dict[str, str]]:
    """Give the folded values, dates in ISO, and what is wrong as field -> message id.

    Father's name, first day and mobile may be empty.
    """
    code = national_code.normalise(typed.get("national_code", ""))
    birth, start = _day(typed, "birth_date"), _day(typed, "start_date")
    number = mobile.canonical(typed.get("mobile", ""))
    values = {
        "national_code": code, "birth_date": birth.isoformat() if birth else "",
        "start_date": start.isoformat() if start else "", "mobile": number or "",
        **{name: n1(typed.get(name, "")) for name in ("first_name", "last_name", "father_name")},
    }  # fmt: skip
    wrong = {
        "national_code": NO_CODE if not national_code.is_valid(code) else "",
        "first_name": _name_fault(values["first_name"]),
        "last_name": _name_fault(values["last_name"]),
        "father_name": _name_fault(values["father_name"]) if values["father_name"] else "",
        "birth_date": "" if birth and YOUNGEST * _YEAR <= today - birth <= OLDEST * _YEAR else NO_BIRTH,
        "start_date": NO_START if typed.get("start_date", "").strip() and not start else "",
        "mobile": NO_MOBILE if typed.get("mobile", "").strip() and not number else "",
    }
    return values, {name: fault for name, fault in wrong.items() if fault}


def _day(typed: Mapping[str, str], name: str) -> dt.date | None:
    return jalali.parse(typed.get(name, ""), "jalali")


def _name_fault(name: str) -> str:
    return "" if has_arabic_script(name) and len(name) <= MOST_LETTERS else NO_NAME
