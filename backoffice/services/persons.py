"""Persons of our register: found by their code, or entered. Loads no pandas: pages use it too."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Person, PersonCode
from backoffice.rules.fields import PERSON_FIELDS
from backoffice.rules.national_code import NATIONAL
from backoffice.rules.person_keys import keys_of
from backoffice.rules.text import n2
from backoffice.services.rows import added_if_missing, inserted

_BY_CODE = sa.select(Person).where(
    Person.id_type == sa.bindparam("id_type"), Person.national_code == sa.bindparam("code")
)


def find(session: Session, id_type: str, code: str) -> Person | None:
    """Give the person who has a code now."""
    return session.scalar(_BY_CODE, {"id_type": id_type, "code": code})


def enter(session: Session, values: Mapping[str, Any]) -> Person:
    """Give the person with this ``national_code`` (and ``id_type``); a new one is entered with PERSON_FIELDS."""
    id_type, code = values.get("id_type") or NATIONAL, values["national_code"]
    now = clock.now()
    new = added_if_missing(
        session, Person, {"id_type": id_type, "national_code": code, **_kept(values), "created_at": now}
    )
    if new is None:
        return session.scalars(_BY_CODE, {"id_type": id_type, "code": code}).one()
    inserted(session, PersonCode, {"person_id": new.id, "id_type": id_type, "value": code, "since": now})
    return new


def bring_up(person: Person, values: Mapping[str, Any]) -> bool:
    """Take over what HR says of a person now, as far as it says anything; say whether that changed something."""
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    after = _kept({name: values.get(name) or known for name, known in before.items()})
    for name, value in after.items():
        setattr(person, name, value)
    return any(after[name] != known for name, known in before.items())


def _kept(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the columns that hold a person's name and birth date, with the keys made of them."""
    kept = {name: str(values.get(name) or "") for name in PERSON_FIELDS}
    return {**kept, **keys_of(*(n2(kept[name]) for name in ("first_name", "last_name", "full_name")))}
