"""Persons of our register, found or entered by hand, and their codes over time."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Person, PersonCode
from backoffice.reconcile.inputs import records
from backoffice.rules.errors import RefusedError
from backoffice.rules.national_code import NATIONAL, is_valid, normalise
from backoffice.services import persons, snapshots
from backoffice.settings import Settings

NOT_VALID = N_("This is no valid national code.")
NOBODY = N_("Neither HR's files nor the register have anybody with this national code.")
NO_PERSON = N_("It is not known whom this case is about.")
Values = dict[str, Any]


def person_of(session: Session, evidence: Values) -> Person:
    """Give the person a finding is about, entered now if HR's row is all we have. Raises RefusedError for nobody."""
    hr, link = evidence.get("hr"), evidence.get("link")
    if hr:
        return persons.enter(session, hr)
    if link:
        return session.get_one(Person, link["person_id"])
    raise RefusedError(NO_PERSON)


def person_with_code(session: Session, typed: str, settings: Settings) -> Person:
    """Give the person with a national code, from the register or else from HR's newest files.

    Raises RefusedError for a code that is not valid or that nobody has.
    """
    code = normalise(typed)
    if not is_valid(code):
        raise RefusedError(NOT_VALID)
    known = persons.find(session, NATIONAL, code)
    if known:
        return known
    for source in settings.hr.sources:
        newest = snapshots.newest_accepted(source.name)
        frame = snapshots.load_frame(newest, settings) if newest else None
        rows = records(frame[frame["national_code"] == code]) if frame is not None else []
        if rows:
            return persons.enter(session, rows[0])
    raise RefusedError(NOBODY)


def give_code(session: Session, person: Person, code: str) -> None:
    """Give a person another national code; the one before stays as history."""
    now = clock.now()
    ending = sa.update(PersonCode).where(PersonCode.person_id == person.id, PersonCode.until.is_(None))
    session.execute(ending.values(until=now))
    session.add(PersonCode(person_id=person.id, id_type=person.id_type, value=code, since=now))
    person.national_code = code
