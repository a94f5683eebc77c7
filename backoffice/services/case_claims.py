"""Claiming a case, so that of two people one succeeds; and the trail of it. For everything that decides cases."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Case
from backoffice.rules.case_states import NEW, REFUSED, RESOLVED, sources_of
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, cases

GONE = N_("There is no case %(number)s.")
TAKEN = N_("%(name)s has already taken this case.")
DECIDED = N_("%(name)s has already decided this case.")
CHANGED = N_("The case has changed since you opened the page; please look again.")
NOTE_NEEDED = N_("Please write a few words about the reason.")
NOTE_LENGTH = 500


def the_case(session: Session, case_id: int) -> Case:
    """Give a case. Raises RefusedError where there is none."""
    case = session.get(Case, case_id)
    if case is None:
        raise RefusedError(GONE, {"number": case_id})
    return case


def claim(
    session: Session, case_id: int, state: str, conditions: Sequence[sa.ColumnElement[bool]], **values: Any
) -> bool:
    """Move the case on if it is still as the conditions say; of two people one succeeds."""
    moving = sa.update(Case).where(Case.id == case_id, Case.state.in_(sources_of(state)), *conditions)
    moved = session.scalar(moving.values(state=state, **values).returning(Case.id))
    session.expire_all()
    return moved is not None


def free_for(actor: str, fingerprint: str) -> list[sa.ColumnElement[bool]]:
    """Say that nobody else has taken the case and that it is as it was shown ("": however it is)."""
    return [Case.taken_by.in_(("", actor)), Case.fingerprint == (fingerprint or Case.fingerprint)]


def why_not(session: Session, case_id: int, actor: str) -> RefusedError:
    """Say why a claim failed."""
    case = the_case(session, case_id)
    if case.taken_by not in ("", actor):
        return RefusedError(TAKEN, {"name": case.taken_by})
    if case.state in (RESOLVED, REFUSED):
        return RefusedError(DECIDED, {"name": case.decided_by})
    return RefusedError(CHANGED)


def open_again(case: Case) -> None:
    """Let a case be as if nobody had decided it, in the caller's transaction; what it changed is taken back before."""
    case.state, case.verdict, case.reason, case.decided_by, case.decided_at = NEW, "", "", "", None
    case.effects, case.opened_at, case.reopened = {}, clock.now(), case.reopened + 1


def reopened(case: Case, note: str, actor: str, before: str, verdict: str) -> audit.Act:
    """Open a case again with the words of who does it; give what the caller has to record."""
    open_again(case)
    case.note = note.strip()[:NOTE_LENGTH]
    return audit.Act(
        "cases:case:reopened", cases.subject_of(case.id), actor, case.note, {"state": before, "verdict": verdict},
        {"state": NEW},
    )  # fmt: skip


def record(case_id: int, act: str, actor: str, before: str, after: str, reason: str = "") -> None:
    """Write a step of a case into the trail."""
    audit.record(
        f"cases:case:{act}", cases.subject_of(case_id), actor=actor, reason=reason, before={"state": before},
        after={"state": after},
    )  # fmt: skip
