"""Making two persons of the register one, where HR gave somebody a national code that the register has as another.

The person with the living link survives and has the new code; what belonged to the other one follows, in the caller's
transaction. Source: reconciliation.md ID_CHANGED ("else a merge case").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import Base
from backoffice.i18n import N_
from backoffice.models import Account, Case, Link, Override, Person, PersonCode, Registration
from backoffice.rules import account_states
from backoffice.rules.errors import RefusedError
from backoffice.rules.fields import PERSON_FIELDS

CODE_TAKEN = N_("Another person of the register already has this national code; the case page shows both.")
NOT_TWO = N_("The register no longer knows two persons here; please look again.")
TWO_ACCOUNTS = N_(
    "Both persons have an account: %(first)s and %(second)s. Two persons with two accounts are not made one; "
    "first decide which account stays, as with «Two accounts for one person»."
)


@dataclass(frozen=True)
class Side:
    """One of the two persons, as the page shows them. ``accounts``: user names of what is linked or made by us."""

    person: Person
    former: tuple[str, ...]
    accounts: tuple[str, ...]
    registrations: int
    cases: int
    overrides: int


def pair_of(session: Session, evidence: Mapping[str, Any]) -> tuple[Person, Person] | None:
    """Give the person of the link and the other one who has HR's code; None where they are not two."""
    hr, link_id = evidence.get("hr"), (evidence.get("link") or {}).get("link_id", 0)
    link = session.get(Link, link_id) if link_id else None
    if not hr or link is None or link.ended_at is not None:
        return None
    wanted = sa.select(Person).where(
        Person.id_type == link.person.id_type, Person.national_code == hr["national_code"], Person.id != link.person_id
    )
    other = session.scalar(wanted)
    return (link.person, other) if other else None


def side(session: Session, person: Person) -> Side:
    """Give what the register has of a person."""
    own = {model: _count(session, model.person_id == person.id) for model in (Registration, Case)}
    overrides = _count(session, _overrides_of(person))
    former = tuple(code.value for code in person.codes if code.until is not None)
    accounts = tuple(sorted(_accounts(session, person).values()))
    return Side(person, former, accounts, own[Registration], own[Case], overrides)


def merge(session: Session, survivor: Person, other: Person) -> dict[str, Any]:
    """Move all that points to ``other``, and its code, to ``survivor``; give what was moved, to be kept with the case.

    Raises RefusedError where both have an account.
    """
    both = sa.select(Person.id).where(Person.id.in_([survivor.id, other.id])).order_by(Person.id)
    session.execute(both.with_for_update()).all()
    _refuse_two_accounts(session, survivor, other)
    gone = {name: getattr(other, name) for name in ("id", "id_type", "national_code", *PERSON_FIELDS)}
    moved = {table: _move(session, column, survivor.id, other.id) for table, column in _pointing()}
    moved["override"] = _follow_code(session, survivor, gone["national_code"])
    session.flush()
    session.expire_all()
    session.execute(sa.delete(Person).where(Person.id == gone["id"]))
    session.expunge(other)
    code_before, survivor.national_code = survivor.national_code, gone["national_code"]
    _end_codes(session, survivor)
    return {
        "person": survivor.id, "code_before": code_before, "was": gone,
        "moved": {table: numbers for table, numbers in moved.items() if numbers},
    }  # fmt: skip


def for_trail(merged: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the audit trail says of a merge: who and what by number, no code and no name."""
    return {"person": merged["person"], "was": merged["was"]["id"], "moved": merged["moved"]}


def _refuse_two_accounts(session: Session, survivor: Person, other: Person) -> None:
    first, second = _accounts(session, survivor), _accounts(session, other)
    if set(second) - set(first):
        values = {"first": ", ".join(sorted(first.values())), "second": ", ".join(sorted(second.values()))}
        raise RefusedError(TWO_ACCOUNTS, values)


def _accounts(session: Session, person: Person) -> dict[str, str]:
    """Give the entryUUIDs (or, before the entry is made, the user names) of living accounts, with the user names."""
    linked = sa.select(Link.entry_uuid, Link.username).where(Link.person_id == person.id, Link.ended_at.is_(None))
    made = sa.select(Account.entry_uuid, Account.username).where(
        Account.person_id == person.id, Account.state != account_states.PURGED
    )
    rows = [*session.execute(made), *session.execute(linked)]
    return {uuid or username: username for uuid, username in rows}


def _pointing() -> list[tuple[str, sa.Column[Any]]]:
    """Give every column of our tables that names a person, so that a new one is not forgotten."""
    tables = Base.metadata.sorted_tables
    found = ((table, key.parent) for table in tables for key in table.foreign_keys if key.column.table.name == "person")
    return sorted(((table.name, column) for table, column in found), key=lambda pair: pair[0])


def _move(session: Session, column: sa.Column[Any], survivor: int, other: int) -> list[int]:
    moving = sa.update(column.table).where(column == other).values({column.name: survivor})
    return sorted(session.scalars(moving.returning(column.table.c.id)).all())


def _follow_code(session: Session, survivor: Person, code: str) -> list[int]:
    """Let the survivor's exceptions, which go by the code, go by the new one."""
    standing = sa.update(Override).where(_overrides_of(survivor)).values(national_code=code)
    return sorted(session.scalars(standing.returning(Override.id)).all())


def _overrides_of(person: Person) -> sa.ColumnElement[bool]:
    own = (Override.id_type == person.id_type) & (Override.national_code == person.national_code)
    return own & Override.ended_at.is_(None)


def _end_codes(session: Session, person: Person) -> None:
    """Keep every code but the current one as a former one."""
    now, current = clock.now(), person.national_code
    session.flush()
    former = sa.update(PersonCode).where(PersonCode.person_id == person.id, PersonCode.until.is_(None))
    session.execute(former.where(PersonCode.value != current).values(until=now))
    own = sa.select(PersonCode.id).where(PersonCode.person_id == person.id, PersonCode.until.is_(None))
    if session.scalar(own.limit(1)) is None:
        session.add(PersonCode(person_id=person.id, id_type=person.id_type, value=current, since=now))


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(*conditions)) or 0
