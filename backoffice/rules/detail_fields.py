"""The fields of the second form: Latin names, password, mobile, recovery mail. Source: mission S6–S8, S36."""

import re
from collections.abc import Collection

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, LONGEST, Parser, Sent, read, short
from backoffice.rules.mobile import canonical
from backoffice.rules.text import fold_digits, has_arabic_script, n1

NAMES = ("latin_first_name", "latin_last_name", "password", "password_repeat", "mobile", "personal_email")
SHOWN_AGAIN = ("latin_first_name", "latin_last_name", "mobile", "personal_email")
LONGEST_PASSWORD = 1024
ENGLISH_KEYBOARD = N_("Please switch your keyboard to English.")
BAD_LATIN = N_("Please use 2 to 64 English letters; space, hyphen and apostrophe are possible.")
PASSWORD_TOO_LONG = N_("The password is too long.")
BAD_MOBILE = N_("Invalid mobile number")
OWN_MOBILE = N_("Please enter a number that is registered in your own name.")
BAD_MAIL = N_("This is no e-mail address; please check it, for example name@gmail.com.")
UNIVERSITY_MAIL = N_("Please give an address outside the university: the account is recovered through it.")
_LATIN = re.compile(r"[A-Za-z](?:[A-Za-z]|[ '\-](?=[A-Za-z]))+", re.ASCII)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-"})
_LONGEST_LATIN = 64
_LONGEST_MAIL, _LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9\-]{0,61}[a-z0-9])", re.ASCII)


def read_details(sent: Sent, university_domains: Collection[str]) -> dict[str, str]:
    """Give the fields by name, mobile and mail in their one form, passwords as typed. Raises InvalidFieldsError."""
    parsers: dict[str, Parser] = {
        "latin_first_name": latin_name,
        "latin_last_name": latin_name,
        "password": _password,
        "password_repeat": _password,
        "mobile": mobile,
        "personal_email": lambda value: personal_mail(value, university_domains),
    }
    return read(parsers, sent)


def latin_name(value: str) -> str:
    """Give a Latin name without needless spaces. Raises RefusedError. Source: mission S36."""
    name = n1(short(value)).translate(_APOSTROPHES)
    if has_arabic_script(name):
        raise RefusedError(ENGLISH_KEYBOARD)
    if len(name) > _LONGEST_LATIN or not _LATIN.fullmatch(name):
        raise RefusedError(BAD_LATIN)
    return name


def mobile(value: str) -> str:
    """Give the mobile as 09xxxxxxxxx. Raises RefusedError, also for what is no mobile at all."""
    if not value.strip():
        raise RefusedError(EMPTY)
    number = canonical(value) if len(value) <= LONGEST else None
    if number is None:
        raise RefusedError(BAD_MOBILE)
    return number


def personal_mail(value: str, university_domains: Collection[str]) -> str:
    """Give the recovery address, its domain in small letters. Raises RefusedError.

    Refuses the university's own domains and everything below them. Source: mission S7.
    """
    address = n1(fold_digits(short(value)))
    local, at, domain = address.rpartition("@")
    domain = domain.lower().rstrip(".")
    fits = len(address) <= _LONGEST_MAIL and len(local) <= _LONGEST_LOCAL
    if not (at and fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise RefusedError(ENGLISH_KEYBOARD if has_arabic_script(address) else BAD_MAIL)
    if is_below(domain, university_domains):
        raise RefusedError(UNIVERSITY_MAIL)
    return f"{local}@{domain}"


def is_below(domain: str, domains: Collection[str]) -> bool:
    """Say whether a domain is one of these or below one."""
    own = [name.lower().strip(".") for name in domains]
    return any(domain == name or domain.endswith(f".{name}") for name in own)


def _password(value: str) -> str:
    if not value:
        raise RefusedError(EMPTY)
    if len(value) > LONGEST_PASSWORD:
        raise RefusedError(PASSWORD_TOO_LONG)
    return value
