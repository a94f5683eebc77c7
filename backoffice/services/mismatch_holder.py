"""Deciding that HR is right about the holder of an account. Source: mission S26."""

from sqlalchemy.orm import Session

from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account, Case, Person, Registration
from backoffice.rules import account_states
from backoffice.rules.case_states import RESOLVED
from backoffice.rules.errors import RefusedError
from backoffice.rules.fields import PERSON_FIELDS
from backoffice.rules.identity_rows import disagree
from backoffice.rules.mismatch_offers import Act
from backoffice.services import audit, cases, hr_index, mismatch_work, persons, sync_mismatch
from backoffice.services.mismatch_work import Choice
from backoffice.settings import Settings

NO_HOLDER = N_("This case is not about somebody who has an account.")
NO_ROW = N_("HR's newest file has no row of this person, or rows that disagree.")


def hr_is_right(case_id: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Take over names and birth date as HR has them and close the case; the person synchronises anew.

    Raises RefusedError where somebody was first, and then nothing is changed.
    """
    with writing() as session:
        case, attempt = mismatch_work.claimed(session, case_id, RESOLVED, Act.HR_RIGHT, choice, actor)
        changed = take_over(session, case, attempt, settings)
        audit.record(
            "cases:mismatch:hr_right", cases.subject_of(case.id), actor=actor, reason=choice.why,
            after={"state": case.state, "fields": changed},
        )  # fmt: skip


def take_over(session: Session, case: Case, attempt: Registration, settings: Settings) -> list[str]:
    """Let our register say what HR's counting rows say, in the caller's transaction; give the fields that changed."""
    person = _holder(session, attempt)
    facts = hr_index.counting_rows(person.id_type, person.national_code, settings)
    if not facts or disagree(facts):
        raise RefusedError(NO_ROW)
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    persons.bring_up(person, facts[0].values)
    case.effects = {"person": {"id": person.id, **before}}
    for account in session.query(Account).filter_by(person_id=person.id):
        account.synced = {}
    return [name for name in PERSON_FIELDS if getattr(person, name) != before[name]]


def take_back(session: Session, case: Case) -> None:
    """Give a person back what our register said before, in the caller's transaction."""
    kept = dict(case.effects.get("person", {}))
    if kept:
        persons.bring_up(session.get_one(Person, kept.pop("id")), kept)


def is_holder(attempt: Registration) -> bool:
    """Say whether an attempt is a holder's own comparison with HR."""
    return attempt.channel == sync_mismatch.CHANNEL


def _holder(session: Session, attempt: Registration) -> Person:
    person = session.get(Person, attempt.person_id) if attempt.person_id and is_holder(attempt) else None
    has_account = person is not None and session.query(Account.id).filter(
        Account.person_id == person.id, Account.state != account_states.PURGED
    ).first()  # fmt: skip
    if person is None or not has_account:
        raise RefusedError(NO_HOLDER)
    return person
