"""Trouble with codes as cases of the desk: opened, opened again and closed. Source: mission S12."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Case, OneTimeCode, Registration
from backoffice.rules.case_states import AUTO_CLOSED, NEW, OPEN, OTP_TROUBLE
from backoffice.services import audit
from backoffice.services.rows import add_if_missing

# Why: the person says so, the tries were used up, the gateway did not take the message.
SAID, TRIES, NOT_SENT = "said", "tries", "not_sent"
SYSTEM = "system"
_OF_PERSON = sa.select(Case).where(Case.kind == OTP_TROUBLE, Case.key == sa.bindparam("key")).with_for_update()
_OPEN_ONE = _OF_PERSON.where(Case.state.in_(OPEN))


def open_case(session: Session, code: OneTimeCode, why: str, actor: str = SYSTEM) -> int:
    """Open the case of the person a code is for, or the closed one again; give its id. An open one stays as it is."""
    now = clock.now()
    # Made without a state, so that of two at the same moment only one opens it.
    add_if_missing(session, Case, {
        "kind": OTP_TROUBLE, "key": code.person_key, "state": "", "fingerprint": "", "opened_at": now,
        "entry_uuids": [], "effects": {},
    })  # fmt: skip
    case = session.scalars(_OF_PERSON, {"key": code.person_key}).one()
    if case.state in OPEN:
        return case.id
    before = case.state
    case.state, case.cause, case.opened_at, case.taken_by, case.taken_at = NEW, why, now, "", None
    case.verdict, case.note, case.decided_by, case.decided_at = "", "", "", None
    case.reopened += 1 if before else 0
    case.national_code = code.person_key.partition(":")[2] or None
    case.person_name = _name(session, case.national_code)
    _record(case, "reopened" if before else "opened", actor, before)
    return case.id


def close_by_itself(session: Session, person_key: str) -> None:
    """Close the open case of a person whose code has come after all."""
    case = session.scalar(_OPEN_ONE, {"key": person_key})
    if case is None:
        return
    before, case.state, case.decided_at = case.state, AUTO_CLOSED, clock.now()
    _record(case, "closed", SYSTEM, before)


def _name(session: Session, national_code: str | None) -> str:
    newest = sa.select(Registration.first_name, Registration.last_name).order_by(Registration.id.desc()).limit(1)
    found = session.execute(newest.where(Registration.national_code == national_code)).first()
    return " ".join(found).strip() if found else ""


def _record(case: Case, act: str, actor: str, before: str) -> None:
    audit.record(
        f"codes:trouble:{act}", f"case:{case.id}", actor=actor, reason=case.cause, before={"state": before},
        after={"state": case.state},
    )  # fmt: skip
