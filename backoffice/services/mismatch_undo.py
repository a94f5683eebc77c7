"""Taking a decision on a refused registration back, as long as no account was made. Source: mission S29."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case, Message, Override, Registration
from backoffice.rules import case_states
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import (
    audit,
    case_effects,
    codes,
    continuation,
    messages,
    mismatch_account,
    mismatch_check,
    mismatch_holder,
    roles,
)
from backoffice.services.case_claims import NOTE_NEEDED, reopened, the_case
from backoffice.services.registrations import subject_of


def reopen(case_id: int, *, note: str, actor: str) -> None:
    """Open the case again: exceptions, links, roles and what did not leave yet are taken back. Raises RefusedError."""
    if not note.strip():
        raise RefusedError(NOTE_NEEDED)
    with writing() as session:
        case = the_case(session, case_id)
        before, verdict = case.state, case.verdict
        case_states.check_step(before, case_states.NEW)
        attempt = mismatch_check.attempt_of(session, case_id)
        if attempt is not None:
            _stop(session, attempt)
        _take_back(session, case, note.strip(), actor)
        audit.record_all([reopened(case, note, actor, before, verdict)])


def _stop(session: Session, attempt: Registration) -> None:
    """Let a registration that was let on wait for a decision again."""
    if mismatch_check.is_too_late(attempt):
        raise RefusedError(mismatch_check.TOO_LATE)
    continuation.end(session, attempt.id)
    codes.call_off(session, [subject_of(attempt.id)])
    if attempt.state in states.OPEN:
        states.check_step(attempt.state, states.REJECTED)
        attempt.state, attempt.updated_at = states.REJECTED, clock.now()


def _take_back(session: Session, case: Case, why: str, actor: str) -> None:
    living = sa.update(Override).where(Override.case_id == case.id, Override.ended_at.is_(None))
    session.execute(living.values(ended_at=clock.now(), end_reason=why))
    messages.withdraw(session, Message.id.in_(case.effects.get("messages", [])))
    for operation_id in case.effects.get("roles", []):
        roles.take_back(session, operation_id, actor)
    mismatch_holder.take_back(session, case)
    mismatch_account.take_back(session, case, why, actor)
    case_effects.take_back(session, case)
