"""What the rows about one person are found by, in whatever table they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from backoffice.extensions import db
from backoffice.models import (
    Account,
    Case,
    CorrectionRequest,
    MailMove,
    Override,
    PermanentRequest,
    Person,
    Registration,
)
from backoffice.services import (
    account_operations,
    cases,
    correction_requests,
    mail_moves,
    overrides,
    permanent_requests,
    registrations,
)


@dataclass(frozen=True)
class Keys:
    """Ids of a person's rows, every code the person has or had, and the names of all that in trail and queue."""

    person: int
    codes: Sequence[str]
    code_keys: Sequence[str]
    accounts: Sequence[int]
    requests: Sequence[int]
    registrations: Sequence[int]
    cases: Sequence[int]
    entries: Sequence[str]
    subjects: Sequence[str]


def keys_of(person: Person) -> Keys:
    """Give the keys of a person whose links and codes are loaded."""
    codes = sorted({person.national_code, *(code.value for code in person.codes)})
    entries = [link.entry_uuid for link in person.links]
    accounts = _ids(Account.id, Account.person_id == person.id)
    requests = _ids(PermanentRequest.id, PermanentRequest.account_id.in_(accounts))
    attempts = _ids(Registration.id, sa.or_(Registration.person_id == person.id, Registration.national_code.in_(codes)))
    matters = _ids(Case.id, sa.or_(Case.person_id == person.id, Case.national_code.in_(codes)))
    subjects = [
        subject_of(person.id),
        *(f"entry:{entry}" for entry in entries),
        *map(account_operations.subject_of, accounts),
        *map(permanent_requests.subject_of, requests),
        *map(registrations.subject_of, attempts),
        *map(cases.subject_of, matters),
        *map(mail_moves.subject_of, _ids(MailMove.id, MailMove.request_id.in_(requests))),
        *map(correction_requests.subject_of, _ids(CorrectionRequest.id, CorrectionRequest.person_id == person.id)),
        *map(overrides.subject_of, _ids(Override.id, Override.national_code.in_(codes))),
    ]
    code_keys = [f"{person.id_type}:{code}" for code in codes]
    return Keys(person.id, codes, code_keys, accounts, requests, attempts, matters, entries, subjects)


def subject_of(person_id: int) -> str:
    """Name a person for the audit trail."""
    return f"person:{person_id}"


def _ids(column: InstrumentedAttribute[int], where: sa.ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(sa.select(column).where(where)))
