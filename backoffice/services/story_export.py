"""Everything we keep about one person as one file, for the person who asks for it. Giving it out is an audited act.

Source: issue "Managers see onboarding at a glance": "exportable as JSON for a subject-access request (audited)".
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
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
from backoffice.services import audit, identity_directory
from backoffice.services.person_keys import Keys, keys_of, subject_of
from backoffice.settings import Settings

EXPORTED = "person:story:exported"
# Secrets, what other columns say again for searching, and evidence, which shows other people beside this one.
LEFT_OUT = frozenset({
    "secret", "password_sealed", "mailbox_secret", "code_hash", "proof", "hash", "previous_hash",
    "search_key", "sort_key", "skeleton", "skeleton_last_first", "name_key", "content", "look", "fingerprint",
    "evidence", "fence", "lease_until",
})  # fmt: skip


_Where = Callable[[Keys], sa.ColumnElement[bool]]
_PARTS: tuple[tuple[str, type[Any], _Where], ...] = (
    ("register", Person, lambda keys: Person.id == keys.person),
    ("codes", PersonCode, lambda keys: PersonCode.person_id == keys.person),
    ("links", Link, lambda keys: Link.person_id == keys.person),
    ("hr", HrRow, lambda keys: HrRow.national_code.in_(keys.codes)),
    ("accounts", Account, lambda keys: Account.id.in_(keys.accounts)),
    ("user_names", UserName, lambda keys: UserName.request_id.in_(keys.requests)),
    ("registrations", Registration, lambda keys: Registration.id.in_(keys.registrations)),
    ("requests", PermanentRequest, lambda keys: PermanentRequest.id.in_(keys.requests)),
    ("questions_of_the_desk", RequestQuestion, lambda keys: RequestQuestion.request_id.in_(keys.requests)),
    ("corrections", CorrectionRequest, lambda keys: CorrectionRequest.person_id == keys.person),
    ("cases", Case, lambda keys: Case.id.in_(keys.cases)),
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
    keys = keys_of(person)
    parts = {title: _rows(model, where(keys)) for title, model, where in _PARTS}
    with writing():
        audit.record(EXPORTED, subject_of(person.id), actor=actor)
    return {"exported_at": _plain(clock.now()), **parts, "directory": _directory(keys, settings)}


def _rows(model: type[Any], where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [column for column in sa.inspect(model).column_attrs if column.key not in LEFT_OUT]
    asked = sa.select(*(getattr(model, column.key) for column in columns)).where(where)
    found = db.session.execute(asked.order_by(*sa.inspect(model).primary_key))
    return [{column.key: _plain(value) for column, value in zip(columns, row, strict=True)} for row in found]


def _directory(keys: Keys, settings: Settings) -> list[dict[str, Any]] | None:
    facts = identity_directory.entries_about(keys.codes, keys.entries, settings)
    return None if facts is None else [_plain(asdict(fact)) for fact in facts]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
