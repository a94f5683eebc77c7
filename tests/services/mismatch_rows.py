"""Refused registrations as an identity check leaves them."""

from typing import Any

from flask import current_app

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Case, Registration
from backoffice.services import identity, mismatch_check, mismatches
from backoffice.settings import Settings
from tests.factories import make_registration

CONTACT = "09350001122"


def make_refusal(number: int = 1, *, contact: str = CONTACT, settings: Settings | None = None, **typed: Any) -> int:
    """A refused attempt of person ``number`` who typed these values; give the id of the case.

    The rows of HR are made before. ``contact``: the mobile left with the case, "" for none.
    """
    chosen = settings or settings_of(current_app)
    registration_id = make_registration(number, **typed)
    claim = mismatch_check.claim_of(db.session.get_one(Registration, registration_id))
    checked = identity.check(claim, chosen)
    assert checked.verdict == identity.REFUSED, checked
    with writing() as session:
        case = mismatches.refuse(session, session.get_one(Registration, registration_id), checked, chosen)
        case.contact_mobile = contact
        return case.id


def the_case(case_id: int) -> Case:
    db.session.expire_all()
    return db.session.get_one(Case, case_id)


def the_attempt(case_id: int) -> Registration:
    db.session.expire_all()
    found = mismatch_check.attempt_of(db.session(), case_id)
    assert found is not None
    return found
