"""What happened between us and one person: attempts to register, and messages that left or are to leave."""

from collections.abc import Sequence

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case, Message, OneTimeCode, Person, Registration

MOST = 30


def attempts(person: Person) -> Sequence[Registration]:
    """Give the newest attempts with a code the person has or had."""
    own = sa.or_(Registration.person_id == person.id, Registration.national_code.in_(_codes(person)))
    rows = sa.select(Registration).where(own).order_by(Registration.id.desc()).limit(MOST)
    return db.session.scalars(rows).all()


def messages(person: Person) -> Sequence[Message]:
    """Give the newest messages to the person: codes too, and what a case told somebody not yet in the register."""
    keys = [f"{person.id_type}:{code}" for code in _codes(person)]
    of_codes = sa.select(OneTimeCode.message_id).where(OneTimeCode.person_key.in_(keys))
    effects = db.session.scalars(sa.select(Case.effects).where(Case.national_code.in_(_codes(person))))
    told = [number for one in effects for number in one.get("messages", [])]
    own = sa.or_(Message.person_id == person.id, Message.id.in_(of_codes), Message.id.in_(told))
    return db.session.scalars(sa.select(Message).where(own).order_by(Message.id.desc()).limit(MOST)).all()


def _codes(person: Person) -> set[str]:
    return {person.national_code, *(code.value for code in person.codes)}
