"""What an account that is made anew holds: HR's data first, then what our register and the last runs know."""

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.models import Account, Finding, HrRow, Link, Person, Registration
from backoffice.rules import fields, mobile
from backoffice.rules.affiliations import affiliation_of
from backoffice.services import row_choices
from backoffice.settings import PERMANENT_FIELDS

_OF_HR = (
    fields.FIRST_NAME, fields.LAST_NAME, fields.PERSONNEL_NUMBER, fields.UNIT, fields.UNIT_CODE, fields.TITLE,
    fields.EMPLOYMENT_TYPE,
)  # fmt: skip
# Between several values of one attribute, as runs read them.
SEPARATOR = "\x1f"
_LATIN = ("latin_first_name", "latin_last_name")


def active_row(session: Session, person: Person, source: str) -> HrRow | None:
    """Give HR's newest row of an active person, the source's own first; None for who is not active."""
    counting = row_choices.rows_of(session, person.id_type, person.national_code)
    rows = [row for row in counting if row.status_class == fields.ACTIVE]
    return next(iter(sorted(rows, key=lambda row: row.source != source)), None)


def of_hr(person: Person, row: HrRow) -> dict[str, str]:
    """Give PERMANENT_FIELDS of a person as HR's row has them, "" where it says nothing."""
    kept = row.values
    found = dict.fromkeys(PERMANENT_FIELDS, "") | {name: str(kept.get(name) or "") for name in _OF_HR}
    for name in (fields.FIRST_NAME, fields.LAST_NAME):
        found[name] = found[name] or getattr(person, name)
    whole = f"{found[fields.FIRST_NAME]} {found[fields.LAST_NAME]}".strip()
    return found | {
        "national_code": person.national_code,
        "full_name": str(kept.get("full_name") or "") or whole or person.full_name,
        "affiliation": affiliation_of(str(kept.get("person_kind") or "")), "operation": secrets.token_hex(16),
    }  # fmt: skip


def gather(session: Session, link: Link, row: HrRow) -> dict[str, str]:
    """Give PERMANENT_FIELDS of the account of a link, "" where nothing is known."""
    person, kept = link.person, row.values
    last, latin = _last_seen(session, link.entry_uuid), _latin(session, link.person_id)
    latin_whole = " ".join(value for value in latin.values() if value) or _text(last, "latin_full_name")
    return of_hr(person, row) | latin | {
        "username": link.username, "latin_full_name": latin_whole,
        "mobile": _mobile(session, link.person_id, kept, last), "mail": _text(last, "mail"),
    }  # fmt: skip


def _last_seen(session: Session, entry_uuid: str) -> dict[str, Any]:
    """Give the entry as the newest finding about it has it, {} for none."""
    question = sa.select(Finding.evidence).where(Finding.entry_uuid == entry_uuid).order_by(Finding.id.desc())
    evidence = session.scalar(question.limit(1)) or {}
    return next((one for one in evidence.get("entries", ()) if one["entry_uuid"] == entry_uuid), {})


def _latin(session: Session, person_id: int) -> dict[str, str]:
    """Give the Latin names as the person wrote them for an account or in the newest attempt."""
    for model in (Account, Registration):
        question = sa.select(model).where(model.person_id == person_id, model.latin_last_name != "")
        if row := session.scalar(question.order_by(model.id.desc()).limit(1)):
            return {name: getattr(row, name) for name in _LATIN}
    return dict.fromkeys(_LATIN, "")


def _mobile(session: Session, person_id: int, hr: dict[str, Any], last: dict[str, Any]) -> str:
    own = session.scalar(sa.select(Account.mobile).where(Account.person_id == person_id, Account.mobile != "").limit(1))
    written = (own or "", _text(last, "mobile"), str(hr.get("mobile") or ""))
    return next((found for value in written if (found := mobile.canonical(value))), "")


def _text(entry: dict[str, Any], name: str) -> str:
    return str(entry.get(name) or "").split(SEPARATOR)[0]
