"""One attempt of another registration site, read and checked. Source: mission S61."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from backoffice.i18n import N_
from backoffice.rules import identity_causes, jalali, mobile, national_code
from backoffice.rules.errors import RefusedError
from backoffice.rules.text import n1

TEMPORARY, REFUSED = "temporary", "refused"
OUTCOMES = (TEMPORARY, REFUSED)
MOST_LETTERS = 255
LAST_SECOND = dt.time(23, 59, 59)
# What is kept as it was written.
TYPED = (
    "id_type", "national_code", "birth_date", "first_name", "last_name", "father_name", "personnel_number",
)  # fmt: skip
FIELDS = frozenset({
    "reference", "outcome", *TYPED, "mobile", "personal_email", "latin_first_name", "latin_last_name", "language",
    "username", "expires_at", "cause", "at",
})  # fmt: skip

NO_OBJECT = N_("A row is an object whose values are texts.")
UNKNOWN_FIELD = N_("%(field)s is not a field of an attempt.")
TOO_LONG = N_("%(field)s is too long.")
NO_REFERENCE = N_("reference is missing: 1 to 64 signs that the site never gives to another attempt.")
NO_OUTCOME = N_("outcome must be temporary or refused.")
NO_CODE = N_("national_code is not valid.")
NO_NAME = N_("first_name and last_name are needed.")
NO_MOBILE = N_("mobile is no mobile number.")
NO_EXPIRY = N_("expires_at is needed: a day, or a moment like 2026-12-28T20:29:59Z.")
NO_MOMENT = N_("at is no moment like 2026-11-28T10:00:00Z.")
NO_CAUSE = N_("cause is none of the cause codes that refuse.")
_LONGEST_REFERENCE = 64


@dataclass(frozen=True)
class Attempt:
    """An attempt that was made elsewhere. ``birth_date``: ISO, "" for what is no date. ``at``: None for now.

    ``cause``: why the site refused, in our words, if it says. ``typed``: what was written, raw.
    """

    reference: str
    outcome: str
    id_type: str
    national_code: str
    birth_date: str
    first_name: str
    last_name: str
    father_name: str
    personnel_number: str
    latin_first_name: str
    latin_last_name: str
    mobile: str
    personal_email: str
    language: str
    username: str
    cause: str
    expires_at: dt.datetime | None
    at: dt.datetime | None
    typed: dict[str, str] = field(repr=False)


def read(row: object, zone: str) -> Attempt:
    """Give the attempt of a row. Raises RefusedError with the first thing that is wrong."""
    texts = _texts(row)
    outcome = texts.get("outcome", "").lower()
    if not 1 <= len(texts.get("reference", "")) <= _LONGEST_REFERENCE:
        raise RefusedError(NO_REFERENCE)
    if outcome not in OUTCOMES:
        raise RefusedError(NO_OUTCOME)
    id_type, code = _who(texts)
    names = {name: n1(texts.get(name, "")) for name in ("first_name", "last_name", "father_name")}
    if not names["first_name"] or not names["last_name"]:
        raise RefusedError(NO_NAME)
    born = jalali.parse(texts.get("birth_date", ""), "jalali")
    return Attempt(
        reference=texts["reference"], outcome=outcome, id_type=id_type, national_code=code, **names,
        birth_date=born.isoformat() if born else "", mobile=_mobile(texts), cause=_cause(texts),
        personnel_number=national_code.normalise(texts.get("personnel_number", "")),
        latin_first_name=texts.get("latin_first_name", ""), latin_last_name=texts.get("latin_last_name", ""),
        personal_email=texts.get("personal_email", ""), language="en" if texts.get("language") == "en" else "fa",
        username=(texts.get("username") or code).lower(), at=_at(texts),
        expires_at=_expiry(texts, zone) if outcome == TEMPORARY else None,
        typed={name: texts.get(name, "") for name in TYPED},
    )  # fmt: skip


def happened(row: object) -> dt.datetime | None:
    """Give when a row that may be none says that it happened, None where it does not say."""
    written = row.get("at") if isinstance(row, Mapping) else None
    return _moment(written.strip()) if isinstance(written, str) else None


def is_account(entry: Mapping[str, Any], attempt: Attempt) -> bool:
    """Say whether an entry of the person's (see services.identity) is the account that an attempt tells of."""
    return bool(entry["temporary"]) and _is_named(entry, attempt)


def is_instead(entry: Mapping[str, Any], attempt: Attempt) -> bool:
    """Say whether an entry of the person's stands where the account should be, so that it will not come."""
    return bool(entry["temporary"]) != _is_named(entry, attempt)


def _is_named(entry: Mapping[str, Any], attempt: Attempt) -> bool:
    return str(entry["username"]).lower() == attempt.username


def _texts(row: object) -> dict[str, str]:
    if not isinstance(row, Mapping) or not all(isinstance(part, str) for pair in row.items() for part in pair):
        raise RefusedError(NO_OBJECT)
    for name, value in row.items():
        if name not in FIELDS:
            raise RefusedError(UNKNOWN_FIELD, {"field": name[:64]})
        if len(value) > MOST_LETTERS or "\x00" in value:
            raise RefusedError(TOO_LONG, {"field": name})
    return {name: value.strip() for name, value in row.items()}


def _who(texts: Mapping[str, str]) -> tuple[str, str]:
    id_type = texts.get("id_type") or national_code.NATIONAL
    code = national_code.normalise(texts.get("national_code", ""))
    if id_type == national_code.FOREIGN and national_code.is_valid_foreign(code):
        return id_type, code.upper()
    if id_type != national_code.NATIONAL or not national_code.is_valid(code):
        raise RefusedError(NO_CODE)
    return id_type, code


def _mobile(texts: Mapping[str, str]) -> str:
    written = texts.get("mobile", "")
    number = mobile.canonical(written) if written else ""
    if number is None:
        raise RefusedError(NO_MOBILE)
    return number


def _cause(texts: Mapping[str, str]) -> str:
    cause = texts.get("cause", "").upper()
    refusing = set(identity_causes.ORDER) - identity_causes.PASSING - identity_causes.LATER
    if cause and cause not in refusing:
        raise RefusedError(NO_CAUSE)
    return cause


def _expiry(texts: Mapping[str, str], zone: str) -> dt.datetime:
    """Give the last second an account is valid; a day means the end of it."""
    written = texts.get("expires_at", "")
    day = jalali.parse(written, "jalali") or jalali.parse(written, "gregorian")
    moment = dt.datetime.combine(day, LAST_SECOND, ZoneInfo(zone)) if day else _moment(written)
    if moment is None:
        raise RefusedError(NO_EXPIRY)
    return moment.astimezone(dt.UTC)


def _at(texts: Mapping[str, str]) -> dt.datetime | None:
    written = texts.get("at", "")
    moment = _moment(written)
    if written and moment is None:
        raise RefusedError(NO_MOMENT)
    return moment


def _moment(written: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(written)
        return moment.astimezone(dt.UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
