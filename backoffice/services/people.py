"""Reading our register: the list of people, and one person's whole story."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from backoffice.extensions import db
from backoffice.models import AuditEntry, Case, Finding, Message, Person, Registration
from backoffice.rules import situations as s
from backoffice.rules.case_states import MERGE
from backoffice.services import account_list, person_events
from backoffice.services.account_list import Line
from backoffice.services.person_keys import keys_of
from backoffice.services.person_matters import Matters, matters_of

MOST_FINDINGS = 50
MOST_ACTS = 50


@dataclass(frozen=True)
class Story:
    """Everything we have stored about one person.

    ``findings``: newest run first, each with its run; ``seen``: the newest of them that kept directory entries;
    ``acts``: audit rows about the person, what is the person's, or one of these findings, newest first; ``attempts``:
    registrations, ``messages``: what was sent or is to be sent, both newest first; ``accounts``: made by this office.
    """

    person: Person
    findings: Sequence[Finding]
    seen: Finding | None
    acts: Sequence[AuditEntry]
    attempts: Sequence[Registration]
    accounts: Sequence[Line]
    messages: Sequence[Message]
    matters: Matters


def count() -> int:
    """Give how many people the register has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def page(number: int, size: int) -> Sequence[Person]:
    """Give one page of people in alphabetical order, with their links; ``number`` counts from 0."""
    # The index alone says who stands on the page; only those rows are then read.
    ids = sa.select(Person.id).order_by(Person.sort_key, Person.id).limit(size).offset(number * size)
    rows = sa.select(Person).where(Person.id.in_(db.session.scalars(ids).all()))
    return db.session.scalars(rows.options(selectinload(Person.links)).order_by(Person.sort_key, Person.id)).all()


def find(person_id: int) -> Person | None:
    """Give one person with links and codes, None where there is none."""
    return db.session.get(Person, person_id, options=[selectinload(Person.links), selectinload(Person.codes)])


def survivor_of(person_id: int) -> int | None:
    """Give the person with whom the one who had this number was made one, None where that never happened.

    Cases keep it, and are kept for ever; who was merged twice is followed to the end.
    """
    decided = sa.select(Case.effects).where(Case.kind == s.ID_CHANGED, Case.verdict == MERGE)
    merged = [effects["merged"] for effects in db.session.scalars(decided) if "merged" in effects]
    followed = {kept["was"]["id"]: kept["person"] for kept in merged}
    found = followed.get(person_id)
    while found in followed:
        found = followed.pop(found)
    return found


def story(person: Person) -> Story:
    """Give what runs found about a person and what was done."""
    findings = _findings(person)
    seen = next((finding for finding in findings if finding.evidence.get("entries")), None)
    accounts, keys = account_list.of_person(person.id), keys_of(person)
    acts = _acts([*keys.subjects, *(f"finding:{finding.run_id}/{finding.row}" for finding in findings)])
    attempts, messages = person_events.attempts(person), person_events.messages(person)
    return Story(person, findings, seen, acts, attempts, accounts, messages, matters_of(keys))


def _findings(person: Person) -> Sequence[Finding]:
    """Look by every code the person has or had, and by every account linked to the person."""
    codes = {person.national_code, *(code.value for code in person.codes)}
    entries = {link.entry_uuid for link in person.links}
    about = sa.or_(Finding.national_code.in_(codes), Finding.entry_uuid.in_(entries))
    question = sa.select(Finding).where(about).options(joinedload(Finding.run))
    return db.session.scalars(question.order_by(Finding.run_id.desc(), Finding.row).limit(MOST_FINDINGS)).all()


def _acts(subjects: Sequence[str]) -> Sequence[AuditEntry]:
    question = sa.select(AuditEntry).where(AuditEntry.subject.in_(subjects))
    return db.session.scalars(question.order_by(AuditEntry.id.desc()).limit(MOST_ACTS)).all()
