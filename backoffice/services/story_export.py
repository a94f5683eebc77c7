"""Everything we keep about one person as one file, for the person who asks for it. Giving it out is an audited act.

Source: issue "Managers see onboarding at a glance": "exportable as JSON for a subject-access request (audited)".
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import (
    Account,
    AuditEntry,
    Case,
    CorrectionRequest,
    Finding,
    HrRow,
    Link,
    MailMove,
    Message,
    OneTimeCode,
    Operation,
    Override,
    PermanentRequest,
    Person,
    PersonCode,
    Question,
    Registration,
    Reminder,
    RequestQuestion,
    UserName,
)
from backoffice.services import account_operations, audit, identity_directory, people
from backoffice.settings import Settings

EXPORTED = "person:story:exported"
# Secrets, what other columns say again for searching, and evidence, which shows other people beside this one.
LEFT_OUT = frozenset({
    "secret", "password_sealed", "mailbox_secret", "code_hash", "proof", "hash", "previous_hash",
    "search_key", "sort_key", "skeleton", "skeleton_last_first", "name_key", "content", "look", "fingerprint",
    "evidence", "fence", "lease_until",
})  # fmt: skip


@dataclass(frozen=True)
class _Keys:
    """What a person's rows are found by."""

    person: int
    codes: Sequence[str]
    code_keys: Sequence[str]
    accounts: Sequence[int]
    requests: Sequence[int]
    entries: Sequence[str]
    subjects: Sequence[str]


_Where = Callable[[_Keys], sa.ColumnElement[bool]]
_PARTS: tuple[tuple[str, type[Any], _Where], ...] = (
    ("register", Person, lambda keys: Person.id == keys.person),
    ("codes", PersonCode, lambda keys: PersonCode.person_id == keys.person),
    ("links", Link, lambda keys: Link.person_id == keys.person),
    ("hr", HrRow, lambda keys: HrRow.national_code.in_(keys.codes)),
    ("accounts", Account, lambda keys: Account.id.in_(keys.accounts)),
    ("user_names", UserName, lambda keys: UserName.request_id.in_(keys.requests)),
    ("registrations", Registration, lambda keys: sa.or_(
        Registration.person_id == keys.person, Registration.national_code.in_(keys.codes))),
    ("requests", PermanentRequest, lambda keys: PermanentRequest.id.in_(keys.requests)),
    ("questions_of_the_desk", RequestQuestion, lambda keys: RequestQuestion.request_id.in_(keys.requests)),
    ("corrections", CorrectionRequest, lambda keys: CorrectionRequest.person_id == keys.person),
    ("cases", Case, lambda keys: sa.or_(Case.person_id == keys.person, Case.national_code.in_(keys.codes))),
    ("exceptions", Override, lambda keys: Override.national_code.in_(keys.codes)),
    ("questions_to_hr", Question, lambda keys: Question.person_id == keys.person),
    ("findings", Finding, lambda keys: Finding.national_code.in_(keys.codes)),
    ("messages", Message, lambda keys: sa.or_(
        Message.person_id == keys.person,
        Message.id.in_(sa.select(OneTimeCode.message_id).where(OneTimeCode.person_key.in_(keys.code_keys))))),
    ("reminders", Reminder, lambda keys: Reminder.account_id.in_(keys.accounts)),
    ("mail_moves", MailMove, lambda keys: MailMove.request_id.in_(keys.requests)),
    ("operations", Operation, lambda keys: Operation.subject.in_(keys.subjects)),
    ("audit", AuditEntry, lambda keys: AuditEntry.subject.in_(keys.subjects)),
)  # fmt: skip


def export(person: Person, *, actor: str, settings: Settings) -> dict[str, Any]:
    """Give all rows about a person as JSON values, and the entries of the directory at this moment.

    ``directory`` is None where the directory does not answer. Left out: ``LEFT_OUT``. The act is audited.
    """
    keys = _keys_of(person)
    parts = {title: _rows(model, where(keys)) for title, model, where in _PARTS}
    with writing():
        audit.record(EXPORTED, people.subject_of(person.id), actor=actor)
    return {"exported_at": _plain(clock.now()), **parts, "directory": _directory(keys.codes, settings)}


def _keys_of(person: Person) -> _Keys:
    codes = sorted({person.national_code, *(code.value for code in person.codes)})
    accounts = _ids(sa.select(Account.id).where(Account.person_id == person.id))
    requests = _ids(sa.select(PermanentRequest.id).where(PermanentRequest.account_id.in_(accounts)))
    entries = [link.entry_uuid for link in person.links]
    subjects = [
        people.subject_of(person.id), *map(account_operations.subject_of, accounts),
        *(f"entry:{entry}" for entry in entries),
    ]  # fmt: skip
    code_keys = [f"{person.id_type}:{code}" for code in codes]
    return _Keys(person.id, codes, code_keys, accounts, requests, entries, subjects)


def _ids(question: sa.Select[int]) -> list[int]:
    return list(db.session.scalars(question))


def _rows(model: type[Any], where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [column for column in sa.inspect(model).column_attrs if column.key not in LEFT_OUT]
    asked = sa.select(*(getattr(model, column.key) for column in columns)).where(where)
    found = db.session.execute(asked.order_by(*sa.inspect(model).primary_key))
    return [{column.key: _plain(value) for column, value in zip(columns, row, strict=True)} for row in found]


def _directory(codes: Sequence[str], settings: Settings) -> list[dict[str, Any]] | None:
    found = [identity_directory.entries_of(code, settings) for code in codes]
    facts = [fact for answer in found for fact in answer or ()]
    return None if None in found else [_plain(asdict(fact)) for fact in facts]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
