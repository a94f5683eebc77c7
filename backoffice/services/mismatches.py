"""Refused registrations become cases: one open case for each person, to which every attempt is added.

Source: mission S4, S29, S44; contract.md "cases list".
"""

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Case, Message, Registration
from backoffice.rules.case_states import AUTO_CLOSED, MISMATCH, NEW, OPEN, WAITING_PERSON
from backoffice.rules.hashing import canonical_hash
from backoffice.rules.identity_causes import PASSING
from backoffice.rules.registration_states import REJECTED, check_step
from backoffice.services import audit, cases, codes, contacts, messages
from backoffice.services.registrations import subject_of
from backoffice.services.rows import add_if_missing
from backoffice.settings import Settings

APPLICANT = "applicant"
_OWN = sa.select(Case).where(Case.kind == MISMATCH, Case.key == sa.bindparam("key")).with_for_update()
# Verdicts nobody gave: the person passed a later attempt; another registration site made the account all the same.
CAME_IN, TAKEN_IN = "came_in", "taken_in"
BY_ATTEMPTS = {CAME_IN: "settled", TAKEN_IN: "taken_in"}
_FRESH = {
    "taken_by": "",
    "taken_at": None,
    "verdict": "",
    "reason": "",
    "note": "",
    "decided_by": "",
    "decided_at": None,
}


class Judged(Protocol):
    """What a refusal needs of an identity check (services.identity.Checked)."""

    @property
    def causes(self) -> Sequence[str]:
        """Cause codes, the one that counts first."""

    @property
    def source(self) -> str:
        """The HR source with the row, "" where no source has one."""

    @property
    def evidence(self) -> dict[str, Any]:
        """What was known when it was judged, as the desk shows it."""

    @property
    def person_id(self) -> int | None:
        """The person of our register, None for nobody we know."""


def refuse(session: Session, registration: Registration, checked: Judged, settings: Settings, actor: str = "") -> Case:
    """Refuse a registration inside the caller's transaction; give the case of its person.

    The registration becomes REJECTED and keeps causes and evidence; a code that has not left is called off. A case
    that was closed opens again. The registration must be in the session and have an id. ``actor``: who brought it, ""
    for the person, or the desk user who helped.
    """
    if registration.state != REJECTED:
        check_step(registration.state, REJECTED)
    registration.state, registration.updated_at = REJECTED, clock.now()
    registration.causes, registration.evidence = list(checked.causes), checked.evidence
    registration.source = checked.source or registration.source
    registration.person_id = checked.person_id or registration.person_id
    codes.call_off(session, [subject_of(registration.id)])
    case = _case_of(session, registration)
    before = case.state
    if case.state not in OPEN:
        case.opened_at, case.reopened, case.effects = clock.now(), case.reopened + 1, {}
        _set(case, {**_FRESH, "state": NEW})
    elif case.state == WAITING_PERSON:
        case.state = NEW
    registration.case_id = case.id
    contacts.hand_over(registration, case)
    describe(case, registration, settings)
    session.flush()
    after = {"state": case.state, "registration": registration.id, "cause": case.cause}
    audit.record(
        "cases:mismatch:refused", cases.subject_of(case.id), actor=actor or _who(registration),
        before={"state": before}, after=after,
    )  # fmt: skip
    return case


def settle(session: Session, registration: Registration, verdict: str = CAME_IN, actor: str = "") -> None:
    """Close the open case of a person of whom nothing is left to decide, inside the caller's transaction.

    What it told the person and has not left yet is taken back. ``actor``: as in ``refuse``.
    """
    case = find(session, registration.id_type, registration.national_code)
    if case is None or case.state not in OPEN:
        return
    before, by = case.state, actor or _who(registration)
    messages.withdraw(session, Message.id.in_(case.effects.get("messages", [])))
    _set(case, {**_FRESH, "state": AUTO_CLOSED, "verdict": verdict, "decided_by": by, "decided_at": clock.now()})
    registration.case_id, case.person_id = case.id, registration.person_id or case.person_id
    audit.record(
        f"cases:mismatch:{BY_ATTEMPTS[verdict]}", cases.subject_of(case.id), actor=by, before={"state": before},
        after={"state": AUTO_CLOSED, "registration": registration.id},
    )  # fmt: skip


def _who(registration: Registration) -> str:
    return registration.actor or APPLICANT


def find(session: Session, id_type: str, national_code: str) -> Case | None:
    """Give the mismatch case of a person, locked until the transaction ends; None where there never was one."""
    return session.scalar(_OWN, {"key": key_of(id_type, national_code)})


def key_of(id_type: str, national_code: str) -> str:
    """Give the key of a person's one case."""
    return f"{id_type}:{national_code}"


def counting(causes: Sequence[str]) -> str:
    """Give the cause that counts: the first that refuses."""
    return next((cause for cause in causes if cause not in PASSING), next(iter(causes), ""))


def describe(case: Case, registration: Registration, settings: Settings) -> None:
    """Let a case show its newest attempt. A person no file has is for the only source, where there is just one."""
    sources = settings.hr.sources
    only = sources[0].name if len(sources) == 1 else None
    case.cause = counting(registration.causes)
    case.source = registration.source or only
    case.personnel_number = registration.personnel_number or None
    case.person_name = f"{registration.first_name} {registration.last_name}".strip()
    case.person_id = registration.person_id
    case.fingerprint = canonical_hash([registration.id, registration.causes, registration.evidence])


def _case_of(session: Session, registration: Registration) -> Case:
    """Give the case, made now where there is none; of two attempts at once both get the same."""
    key = key_of(registration.id_type, registration.national_code)
    add_if_missing(session, Case, {
        "kind": MISMATCH, "key": key, "national_code": registration.national_code, "state": NEW, "fingerprint": "",
        "opened_at": clock.now(), "entry_uuids": [], "effects": {},
    })  # fmt: skip
    found = find(session, registration.id_type, registration.national_code)
    if found is None:
        raise LookupError(key)
    return found


def _set(case: Case, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(case, name, value)
