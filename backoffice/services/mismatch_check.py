"""Checking a refused registration again, and letting it go on when it passes. Source: mission S29, S42, S44."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Case, Registration
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import IDENTITY_OK, REJECTED, check_step
from backoffice.services import continuation, identity, mismatch_messages, mismatches
from backoffice.services.identity import LATER, Checked, Claim
from backoffice.settings import Settings

NO_ATTEMPT = N_("No attempt of this person waits for a decision any more.")
TOO_LATE = N_("The person has gone on and an account was made; lock that account instead.")
NO_ANSWER = N_("A service does not answer at the moment, so nothing can be said; please try again later.")
_MADE = frozenset({states.OTP_VERIFIED, states.TEMPORARY, states.FAILED, states.LINKED})


def attempt_of(session: Session, case_id: int) -> Registration | None:
    """Give the newest attempt of a case."""
    return next(iter(attempts_of(session, case_id)), None)


def attempts_of(session: Session, case_id: int) -> list[Registration]:
    """Give the attempts of a case, the newest first."""
    question = sa.select(Registration).where(Registration.case_id == case_id).order_by(Registration.id.desc())
    return list(session.scalars(question))


def is_too_late(attempt: Registration) -> bool:
    """Say whether an account was made for the newest attempt of a case, so that its end stands."""
    return attempt.state in _MADE


def waiting_attempt(session: Session, case_id: int) -> Registration:
    """Give the newest attempt if it still waits for a decision. Raises RefusedError."""
    found = attempt_of(session, case_id)
    if found is None or found.state != REJECTED:
        raise RefusedError(NO_ATTEMPT)
    return found


def ask(case_id: int, settings: Settings, corrected: Mapping[str, str] | None = None, *, chosen: str = "") -> Checked:
    """Check the newest attempt of a case by what is known now, with other values where some are given.

    ``chosen``: see ``identity.check``. Outside any transaction. Raises RefusedError where a service does not answer,
    or nothing waits.
    """
    claim = replace(claim_of(waiting_attempt(db.session(), case_id)), **(corrected or {}))
    db.session.rollback()
    checked = identity.check(claim, settings, chosen)
    if checked.verdict == LATER:
        raise RefusedError(NO_ANSWER)
    return checked


def claim_of(attempt: Registration) -> Claim:
    """Give what the person of an attempt said."""
    return Claim(
        attempt.id_type, attempt.national_code, attempt.birth_date, attempt.first_name, attempt.last_name,
        attempt.father_name, attempt.personnel_number, str(attempt.typed.get("birth_date", "")),
    )  # fmt: skip


def note(case: Case, attempt: Registration, checked: Checked, settings: Settings) -> None:
    """Keep what a check said with attempt and case."""
    attempt.causes, attempt.evidence = list(checked.causes), checked.evidence
    attempt.flags = list(checked.flags)
    attempt.source = checked.source or attempt.source
    attempt.person_id = checked.person_id or attempt.person_id
    attempt.updated_at = clock.now()
    mismatches.describe(case, attempt, settings)


def let_on(session: Session, case: Case, attempt: Registration, *, actor: str, settings: Settings) -> dict[str, Any]:
    """Let the registration go on from the details, and tell the person; give the effects, for taking it back."""
    check_step(attempt.state, IDENTITY_OK)
    attempt.state, attempt.updated_at = IDENTITY_OK, clock.now()
    attempt.identity_at = attempt.identity_at or clock.now()
    if not case.contact_mobile:
        return {"registration": attempt.id, "messages": []}
    link = continuation.make_link(session, attempt, settings)
    message = mismatch_messages.tell(mismatch_messages.GO_ON, case, attempt, actor=actor, settings=settings, link=link)
    return {"registration": attempt.id, "messages": [message]}
