"""Working on a case: take it, let it wait, decide it, open it again. Two people never both succeed.

Source: mission S29, S32; interface.md "Case page".
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Case
from backoffice.rules.case_states import (
    CHOOSES_ENTRY,
    NEEDS_INFO,
    NEW,
    OTHER,
    REASONS,
    RESOLVED,
    TRIAGE,
    WAITING_HR,
    WRONG_STATE,
    check_step,
)  # fmt: skip
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, case_effects, case_offers, cases, person_merge
from backoffice.services.case_claims import (
    NOTE_LENGTH,
    NOTE_NEEDED,
    claim,
    free_for,
    record,
    reopened,
    the_case,
    why_not,
)

NOT_YOURS = N_("Only the person who took the case can let it go.")
NO_REASON = N_("Please choose a reason.")
NO_ENTRY = N_("Please choose the account.")
NO_EVIDENCE = N_("What this case was made from is no longer kept; the next run opens it anew.")
# What the trail says of the effects.
_TOLD = ("links_made", "operation")


@dataclass(frozen=True)
class Decision:
    """What a person decided. ``entry``: the entryUUID chosen; ``fingerprint``: that of the case as it was shown.

    ``at_random``: in a group drawn at random, so that it counts for the rule.
    """

    verdict: str
    reason: str
    note: str = ""
    entry: str = ""
    national_code: str = ""
    fingerprint: str = ""
    at_random: bool = False


def take(case_id: int, *, actor: str) -> None:
    """Take a case, so that nobody else decides it meanwhile. Raises RefusedError where somebody else has it."""
    with writing() as session:
        before = the_case(session, case_id).state
        if not claim(session, case_id, TRIAGE, [Case.taken_by == ""], taken_by=actor, taken_at=clock.now()):
            raise why_not(session, case_id, actor)
        record(case_id, "taken", actor, before, TRIAGE)


def release_taking(case_id: int, *, actor: str, may_force: bool = False) -> None:
    """Let a case go again. Raises RefusedError for somebody else's, unless ``may_force``."""
    with writing() as session:
        case = the_case(session, case_id)
        if not may_force and case.taken_by != actor:
            raise RefusedError(NOT_YOURS)
        after = NEW if case.state == TRIAGE else case.state
        before = case.state
        case.state, case.taken_by, case.taken_at = after, "", None
        record(case_id, "released", actor, before, after)


def wait(case_id: int, state: str, *, note: str, actor: str) -> None:
    """Let a case wait for HR or for more information. Raises RefusedError without a word about what is awaited."""
    if state not in (NEEDS_INFO, WAITING_HR):
        raise RefusedError(WRONG_STATE)
    if not note.strip():
        raise RefusedError(NOTE_NEEDED)
    with writing() as session:
        before = the_case(session, case_id).state
        free = [Case.taken_by.in_(("", actor))]
        if not claim(session, case_id, state, free, note=note.strip()[:NOTE_LENGTH], taken_by="", taken_at=None):
            raise why_not(session, case_id, actor)
        record(case_id, state, actor, before, state, reason=note.strip()[:NOTE_LENGTH])


def decide(case_id: int, decision: Decision, *, actor: str, settings: Any) -> None:
    """Decide a case and carry the verdict out in our register. Later runs respect it.

    Raises RefusedError where somebody else has taken or decided it, where it changed since it was shown, and where
    the verdict does not fit.
    """
    _check(decision)
    with writing() as session:
        audit.record_all([decide_within(session, case_id, decision, actor=actor, settings=settings)])


def decide_within(session: Session, case_id: int, decision: Decision, *, actor: str, settings: Any) -> audit.Act:
    """Decide a case in the caller's transaction; give what the caller has to record. Raises as ``decide`` does."""
    case = the_case(session, case_id)
    before, finding = case.state, cases.finding_of(case)
    case_offers.check(session, case, finding, decision.verdict)
    if finding is None:
        raise RefusedError(NO_EVIDENCE)
    free = free_for(actor, decision.fingerprint)
    values = {
        "verdict": decision.verdict, "reason": decision.reason, "note": decision.note.strip()[:NOTE_LENGTH],
        "at_random": decision.at_random,
    }  # fmt: skip
    stamp = {"decided_by": actor, "decided_at": clock.now(), "taken_by": "", "taken_at": None}
    if not claim(session, case_id, RESOLVED, free, **values, **stamp):
        raise why_not(session, case_id, actor)
    session.refresh(case)
    case.effects = case_effects.carry_out(session, case, finding, decision.entry, decision.national_code, settings)
    done = {name: case.effects[name] for name in _TOLD if name in case.effects}
    if merged := case.effects.get("merged"):
        done["merged"] = person_merge.for_trail(merged)
    after = {"state": RESOLVED, "verdict": decision.verdict, **done}
    return audit.Act(
        "cases:case:decided", cases.subject_of(case_id), actor, _reason(decision), {"state": before}, after
    )  # fmt: skip


def reopen(case_id: int, *, note: str, actor: str) -> None:
    """Take a verdict back: the case is open again and what the verdict changed in our register is undone."""
    if not note.strip():
        raise RefusedError(NOTE_NEEDED)
    with writing() as session:
        audit.record_all([reopen_within(session, case_id, note=note, actor=actor)])


def reopen_within(session: Session, case_id: int, *, note: str, actor: str) -> audit.Act:
    """Take a verdict back in the caller's transaction; give what the caller has to record."""
    case = the_case(session, case_id)
    before, verdict = case.state, case.verdict
    check_step(before, NEW)
    case_effects.take_back(session, case)
    return reopened(case, note, actor, before, verdict)


def _check(decision: Decision) -> None:
    if decision.reason not in REASONS:
        raise RefusedError(NO_REASON)
    if decision.reason == OTHER and not decision.note.strip():
        raise RefusedError(NOTE_NEEDED)
    if decision.verdict in CHOOSES_ENTRY and not decision.entry:
        raise RefusedError(NO_ENTRY)


def _reason(decision: Decision) -> str:
    return f"{decision.reason}: {decision.note.strip()[:NOTE_LENGTH]}".removesuffix(": ")
