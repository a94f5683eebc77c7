"""Who was admitted and has to synchronise in person after becoming active. Source: mission S25."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.models import HrRow, Person, Registration
from backoffice.rules import fields
from backoffice.services import row_choices

_ADMITTED = "admitted"


def rows_of(session: Session, person: Person) -> list[HrRow]:
    """Give the rows that HR's newest accepted files have of a person, as far as they count."""
    return row_choices.rows_of(session, person.id_type, person.national_code)


def was_admitted(session: Session, account_id: int, rows: Sequence[HrRow]) -> bool:
    """Say whether the person came as one who was admitted, then or by what HR says now."""
    if any(row.values.get("person_kind") == _ADMITTED or row.status_class == fields.ADMITTED for row in rows):
        return True
    question = sa.select(Registration.evidence).where(Registration.account_id == account_id)
    kept = session.scalars(question).all()
    return any(row.get("status_class") == fields.ADMITTED for evidence in kept for row in evidence.get("hr", ()))
