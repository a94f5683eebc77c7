"""Data of an account holder that no longer agree with HR: referred to the desk like a refused registration.

The case is that of the person, so that approval waits for it, the desk sees the columns side by side, HR finds it in
the list of corrections, and its tracking code tells how it goes on. Source: mission S26, S29, S53.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Account, Case, Person, Registration
from backoffice.rules import fields
from backoffice.rules import identity_causes as causes
from backoffice.rules.case_states import AUTO_CLOSED, OPEN
from backoffice.rules.identity_compare import DIFFERS
from backoffice.rules.identity_evidence import Claim, HrFact
from backoffice.rules.registration_states import REJECTED, STARTED
from backoffice.services import audit, cases, identity, mismatches
from backoffice.services.account_operations import subject_of
from backoffice.services.registrations import new_tracking_code
from backoffice.settings import Settings

CHANNEL = "profile"
AGREES = "agrees"
_CAUSE_OF = {
    fields.FIRST_NAME: causes.NAME_DIFFERS, fields.LAST_NAME: causes.NAME_DIFFERS,
    fields.FATHER_NAME: causes.FATHER_DIFFERS, fields.BIRTH_DATE: causes.BIRTHDATE_DIFFERS,
}  # fmt: skip


@dataclass(frozen=True)
class _Judged:
    """See services.mismatches.Judged."""

    causes: tuple[str, ...]
    source: str
    evidence: dict[str, Any]
    person_id: int | None


def refer(
    session: Session, account: Account, claim: Claim, facts: Sequence[HrFact], compared: Mapping[str, str],
    settings: Settings,
) -> str:  # fmt: skip
    """Give the tracking code of what the desk has to look at, in the caller's transaction; the same while it does."""
    held = {_CAUSE_OF[name] for name, level in compared.items() if level == DIFFERS and name in _CAUSE_OF}
    found = causes.in_order(held or {causes.DUPLICATE_IN_HR})
    open_one = _open_attempt(session, claim, found)
    if open_one is not None:
        return open_one.tracking_code
    row = _attempt(account, claim)
    session.add(row)
    session.flush()
    evidence = _evidence(account, claim, facts, compared, found)
    case = mismatches.refuse(session, row, _Judged(found, facts[0].source, evidence, account.person_id), settings)
    row.finished_at = clock.now()
    if not case.contact_mobile:
        case.contact_mobile, case.contact_at = account.mobile, clock.now()
    return row.tracking_code


def settle(session: Session, account: Account, person: Person) -> None:
    """Close the case that an earlier press opened: the data agree now. In the caller's transaction."""
    case = mismatches.find(session, person.id_type, person.national_code)
    newest = _newest_attempt(session, case) if case is not None and case.state in OPEN else None
    if case is None or newest is None or newest.channel != CHANNEL:
        return
    before, case.state, case.verdict, case.decided_at = case.state, AUTO_CLOSED, AGREES, clock.now()
    case.taken_by, case.taken_at = "", None
    audit.record(
        "cases:mismatch:settled", cases.subject_of(case.id), actor=subject_of(account.id), before={"state": before},
        after={"state": AUTO_CLOSED, "account": account.id},
    )  # fmt: skip


def _open_attempt(session: Session, claim: Claim, found: Sequence[str]) -> Registration | None:
    """Give the attempt of an earlier press that still waits for the same reason."""
    case = mismatches.find(session, claim.id_type, claim.national_code)
    newest = _newest_attempt(session, case) if case is not None and case.state in OPEN else None
    if newest is None or newest.channel != CHANNEL or newest.state != REJECTED:
        return None
    return newest if list(newest.causes) == list(found) else None


def _newest_attempt(session: Session, case: Case) -> Registration | None:
    own = sa.select(Registration).where(Registration.case_id == case.id).order_by(Registration.id.desc())
    return session.scalar(own.limit(1))


def _attempt(account: Account, claim: Claim) -> Registration:
    now = clock.now()
    return Registration(
        tracking_code=new_tracking_code(), state=STARTED, channel=CHANNEL, language=account.language,
        id_type=claim.id_type, national_code=claim.national_code, birth_date=claim.birth_date,
        first_name=claim.first_name, last_name=claim.last_name, father_name=claim.father_name,
        person_id=account.person_id, created_at=now, updated_at=now,
    )  # fmt: skip


def _evidence(
    account: Account, claim: Claim, facts: Sequence[HrFact], compared: Mapping[str, str], found: Sequence[str]
) -> dict[str, Any]:
    """Give what the desk sees side by side; nobody outside was asked. The form is that of services.identity."""
    return {
        "checked_at": clock.now().isoformat(), "verdict": identity.REFUSED, "causes": list(found), "rule": found[0],
        "flags": [], "typed": asdict(claim), "hr": [identity.row_kept(fact) for fact in facts],
        "registry": {"provider": "hr", "answer": None}, "directory": {"answered": False, "entries": []},
        "register": {"person_id": account.person_id, "accounts": [_shown(account)], "links": []},
        "compared": dict(compared), "down": [], "hints": [],
    }  # fmt: skip


def _shown(account: Account) -> dict[str, str | None]:
    ends = account.expires_at.isoformat() if account.expires_at else None
    return {"username": account.username, "state": account.state, "expires_at": ends}
