"""Deciding a refused registration: correct it, accept it, send it to HR, ask the person, refuse it.

What is known is asked again outside any transaction; then the case is claimed, and everything is written at once.
Linking an account: ``mismatch_link``. Source: mission S29, S32, S44, §6.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_, _
from backoffice.models import Case, Override, Registration
from backoffice.rules.case_states import NEW, REFUSED, RESOLVED, WAITING_HR, WAITING_PERSON
from backoffice.rules.errors import RefusedError
from backoffice.rules.mismatch_offers import (
    ACCEPTABLE,
    ACCEPTANCES,
    EXCEPTION_DAYS,
    FOR_HR,
    OTHER,
    REASON_WORDS,
    REFUSALS,
    Act,
    refusing,
)
from backoffice.services import audit, cases, mismatch_check, mismatch_messages
from backoffice.services.case_claims import NOTE_LENGTH, NOTE_NEEDED, claim, free_for, the_case, why_not
from backoffice.services.identity import PASSES, Checked
from backoffice.settings import Settings

NO_REASON = N_("Please choose a reason.")
NO_DAYS = N_("Please choose how long the exception lasts.")
NOBODY_TO_ASK = N_("The person left no mobile with this case, so nobody can be asked.")
ASK_LENGTH = 200
IDENTITY = "identity"
REPAIRED = "repaired"
_FIELDS_OF = {
    "NAME_DIFFERS": ("first_name", "last_name"), "FATHER_DIFFERS": ("father_name",),
    "BIRTHDATE_DIFFERS": ("birth_date",),
}  # fmt: skip


class StillRefusedError(RefusedError):
    """The check still says no; ``causes`` say why."""

    def __init__(self, causes: tuple[str, ...]) -> None:
        super().__init__(N_("The check still refuses this person."))
        self.causes = causes


@dataclass(frozen=True)
class Choice:
    """Why somebody decides so; ``fingerprint``: that of the case as it was shown."""

    reason: str = ""
    note: str = ""
    fingerprint: str = ""

    @property
    def said(self) -> str:
        """The note, as long as it may be."""
        return self.note.strip()[:NOTE_LENGTH]

    @property
    def why(self) -> str:
        """Reason and note in one line, for the trail."""
        return ": ".join(part for part in (self.reason, self.said) if part)


def correct(case_id: int, corrected: Mapping[str, str], choice: Choice, *, actor: str, settings: Settings) -> None:
    """Check the attempt with corrected values (folded, dates ISO) and let it go on where they pass.

    Raises StillRefusedError, and then nothing is changed.
    """
    checked = _passed(mismatch_check.ask(case_id, settings, corrected))
    with writing() as session:
        case, attempt = claimed(session, case_id, RESOLVED, Act.CORRECT, choice, actor)
        changed = sorted(name for name, value in corrected.items() if getattr(attempt, name) != value)
        for name in changed:
            setattr(attempt, name, corrected[name])
        go_on(session, case, attempt, checked, actor, settings)
        record(case, "corrected", actor, choice, {"fields": changed})


def accept(case_id: int, days: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Accept what differs, by name and for some days, and let the registration go on.

    Raises StillRefusedError where more than a name, the father's name or the birth date stands against it.
    """
    check_reason(choice, ACCEPTANCES)
    if days not in EXCEPTION_DAYS:
        raise RefusedError(NO_DAYS)
    checked = mismatch_check.ask(case_id, settings)
    if not refusing(checked.causes) <= ACCEPTABLE:
        raise StillRefusedError(checked.causes)
    with writing() as session:
        case, attempt = claimed(session, case_id, RESOLVED, Act.ACCEPT, choice, actor)
        made = _exceptions(session, case, attempt, checked, days, choice, actor)
        go_on(session, case, attempt, checked, actor, settings)
        record(case, "accepted", actor, choice, {"exceptions": made, "days": days})


def recheck(case_id: int, *, actor: str, settings: Settings, closing: str = RESOLVED) -> bool:
    """Check the newest attempt again; give whether it passes now, and then it goes on.

    What the check says is kept either way. ``closing``: the state of the case where it passes. Raises RefusedError
    where a service does not answer or somebody else has the case.
    """
    checked = mismatch_check.ask(case_id, settings)
    with writing() as session:
        if checked.verdict != PASSES:
            case, attempt = the_case(session, case_id), mismatch_check.waiting_attempt(session, case_id)
            keep_open(case, attempt, checked, actor, settings)
            return False
        case, attempt = claimed(session, case_id, closing, REPAIRED, Choice(), actor)
        go_on(session, case, attempt, checked, actor, settings)
        record(case, "repaired", actor, Choice(), {})
    return True


def send_to_hr(case_id: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Let the case wait for HR, which finds it among its corrections."""
    _put_aside(case_id, WAITING_HR, Act.TO_HR, mismatch_messages.TO_HR, choice, actor, settings)


def ask_person(case_id: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Ask the person by SMS, in the words of the note; the next attempt makes the case new again."""
    if not choice.note.strip():
        raise RefusedError(NOTE_NEEDED)
    short = Choice(note=choice.note.strip()[:ASK_LENGTH], fingerprint=choice.fingerprint)
    _put_aside(case_id, WAITING_PERSON, Act.ASK, mismatch_messages.ASKED, short, actor, settings)


def refuse(case_id: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Refuse the request for good; only the fact is told to the person."""
    check_reason(choice, REFUSALS)
    _put_aside(case_id, REFUSED, Act.REFUSE, mismatch_messages.REFUSED, choice, actor, settings)


def _put_aside(
    case_id: int, state: str, act: str, template: str, choice: Choice, actor: str, settings: Settings
) -> None:
    with writing() as session:
        if act == Act.ASK and not the_case(session, case_id).contact_mobile:
            raise RefusedError(NOBODY_TO_ASK)
        case, attempt = claimed(session, case_id, state, act, choice, actor)
        if state != REFUSED:
            case.decided_by, case.decided_at = "", None
        told = mismatch_messages.tell(template, case, attempt, actor=actor, settings=settings, note=choice.said)
        case.effects = {"messages": [told] if told else []}
        record(case, "turned_down" if state == REFUSED else state, actor, choice, {})


def _passed(checked: Checked) -> Checked:
    if checked.verdict != PASSES:
        raise StillRefusedError(checked.causes)
    return checked


def check_reason(choice: Choice, allowed: tuple[str, ...]) -> None:
    """Raise RefusedError for a reason that is not of the list, and for the other one without a note."""
    if choice.reason not in allowed:
        raise RefusedError(NO_REASON)
    if choice.reason == OTHER and not choice.note.strip():
        raise RefusedError(NOTE_NEEDED)


def claimed(
    session: Session, case_id: int, state: str, verdict: str, choice: Choice, actor: str
) -> tuple[Case, Registration]:
    """Move the case on for this actor, in the caller's transaction; give it and its newest attempt.

    Raises RefusedError where somebody was first.
    """
    the_case(session, case_id)
    values = {"verdict": str(verdict), "reason": choice.reason, "note": choice.said}
    stamp = {"decided_by": actor, "decided_at": clock.now(), "taken_by": "", "taken_at": None}
    if not claim(session, case_id, state, free_for(actor, choice.fingerprint), **values, **stamp):
        raise why_not(session, case_id, actor)
    return the_case(session, case_id), mismatch_check.waiting_attempt(session, case_id)


def keep_open(case: Case, attempt: Registration, checked: Checked, actor: str, settings: Settings) -> None:
    """Keep what another check says against the person, in the caller's transaction."""
    mismatch_check.note(case, attempt, checked, settings)
    if case.state == WAITING_HR and not refusing(checked.causes) & FOR_HR:
        # HR's part is done; what is left is for the office.
        case.state = NEW
        record(case, "returned", actor, Choice(), {})


def go_on(
    session: Session, case: Case, attempt: Registration, checked: Checked, actor: str, settings: Settings
) -> None:
    """Let the registration of a claimed case go on, and tell the person, in the caller's transaction."""
    cause = case.cause
    mismatch_check.note(case, attempt, checked, settings)
    case.cause = cause
    case.effects = mismatch_check.let_on(session, case, attempt, actor=actor, settings=settings)


def _exceptions(
    session: Session, case: Case, attempt: Registration, checked: Checked, days: int, choice: Choice, actor: str
) -> list[str]:
    """Let exactly the differing values pass from now on; give their fields."""
    now, compared = clock.now(), checked.evidence["compared"]
    fields = [name for cause in checked.causes for name in _FIELDS_OF.get(cause, ()) if compared[name] == "differs"]
    for name in fields:
        session.add(Override(
            id_type=attempt.id_type, national_code=attempt.national_code, kind=IDENTITY, field=name,
            value=getattr(attempt, name), source=checked.source, owner=actor,
            reason=in_words(choice), case_id=case.id, created_at=now, until=now + dt.timedelta(days=days),
        ))  # fmt: skip
    return fields


def in_words(choice: Choice) -> str:
    """Give reason and note as they are read elsewhere: by HR in its corrections, on the page of an account."""
    reason = "" if choice.reason == OTHER else _(REASON_WORDS[choice.reason])
    return ": ".join(part for part in (reason, choice.said) if part)


def record(case: Case, act: str, actor: str, choice: Choice, after: Mapping[str, Any]) -> None:
    """Write a decision into the trail, in the caller's transaction."""
    after = {"state": case.state, **after}
    audit.record(f"cases:mismatch:{act}", cases.subject_of(case.id), actor=actor, reason=choice.why, after=after)
