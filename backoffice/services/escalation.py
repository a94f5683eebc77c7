"""Reminding HR and IT of what they let wait too long: whoever is waited for, never the person instead.

HR: requests for permanent accounts, wishes for corrections, and cases that were referred to it. IT: requests.
Each stage of each deadline once, one mail to each address however many things wait; nothing at night.
Source: mission S37 (quiet hours), S40.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Escalation, PermanentRequest, Staff
from backoffice.models.message import MAIL
from backoffice.rules import escalation, jalali
from backoffice.rules.approval import HR, IT
from backoffice.rules.deadlines import day_of
from backoffice.rules.permissions import Role
from backoffice.services import audit, holidays, hr_waits, messages, request_waits
from backoffice.services.message_texts import ESCALATION
from backoffice.services.messages import Draft, Reason
from backoffice.services.permanent_requests import subject_of
from backoffice.services.rows import add_if_missing
from backoffice.services.sentences import number
from backoffice.settings import Settings

ACTOR = "job:remind"
_ROLES = {HR: (Role.HR_LIAISON,), IT: (Role.IT_ADMIN, Role.IT_OPERATOR)}
_PATHS = {HR: "/admin/hr-waiting/", IT: "/admin/permanent/"}


@dataclass(frozen=True)
class _Late:
    """One thing whose service level is over. ``request``: what has to be looked at again before it is noted."""

    subject: str
    due_at: dt.datetime
    request: int | None = None


def escalate_all(settings: Settings) -> int:
    """Remind each party of what is newly too late; give the number of things."""
    parties = [(party, source) for party in request_waits.PARTIES for source in _sources(party, settings)]
    return sum(_escalate(party, source, settings) for party, source in parties)


def _sources(party: str, settings: Settings) -> Sequence[str]:
    """Give the sources whose liaisons are told apart; IT is one office."""
    return [source.name for source in settings.hr.sources] + [""] if party == HR else [""]


def _escalate(party: str, source: str, settings: Settings) -> int:
    """Note and tell what a party (HR: of one source) has newly reached, in one transaction."""
    with writing() as session:
        late = [*_late_requests(party, source, settings), *_late_others(party, source, settings)]
        recipients = _recipients(session, party, source, settings) if late else {}
        reached = [one for one in late if _note(session, party, one, len(recipients), settings)]
        for address, language in recipients.items() if reached else ():
            _tell(party, address, language, reached, source, settings)
        return len(reached)


def _late_requests(party: str, source: str, settings: Settings) -> Iterator[_Late]:
    for wait in request_waits.of_party(party, settings):
        of_this = party == IT or wait.account.source == source
        if of_this and wait.days_over and wait.request.due_at:
            yield _Late(subject_of(wait.request.id), wait.request.due_at, wait.request.id)


def _late_others(party: str, source: str, settings: Settings) -> Iterator[_Late]:
    for one in hr_waits.others(settings) if party == HR else ():
        if one.source == source and one.days_over:
            yield _Late(one.subject, one.due_at)


def _note(session: Session, party: str, late: _Late, mails: int, settings: Settings) -> bool:
    """Write down the stage that is reached; say whether it is a new one and still so."""
    if late.request is not None and not _still_waits(session, late, party):
        return False
    today, free = day_of(clock.now(), settings.timezone), holidays.days(settings)
    stage = escalation.stage(day_of(late.due_at, settings.timezone), today, free)
    if stage == 0:
        return False
    key = {"subject": late.subject, "party": party, "due_at": late.due_at}
    higher = sa.select(Escalation.id).filter_by(**key).where(Escalation.stage >= stage)
    if session.scalar(higher.limit(1)) is not None:
        return False
    if not add_if_missing(session, Escalation, {**key, "stage": stage, "mails": mails, "at": clock.now()}):
        return False
    after = {"party": party, "stage": stage, "mails": mails}
    act = "request:permanent:escalated" if late.request is not None else "hr:waiting:escalated"
    audit.record(act, late.subject, actor=ACTOR, after=after)
    return True


def _still_waits(session: Session, late: _Late, party: str) -> bool:
    """Say of a request, which is kept for this transaction, whether it waits for the party until the same day."""
    request = session.get(PermanentRequest, late.request, with_for_update=True, populate_existing=True)
    if request is None or request.due_at != late.due_at:
        return False
    return request.waits_for == party or (party == IT and request.waits_for == "")


def _recipients(session: Session, party: str, source: str, settings: Settings) -> dict[str, str]:
    """Give address -> language of who is told: desk users of the office with an address, and HR's own address.

    What is of no source may be anybody's in HR.
    """
    of_role = sa.select(Staff).where(Staff.role.in_(_ROLES[party]), Staff.active, Staff.mail != "").order_by(Staff.id)
    anybody = party == IT or not source
    people = [row for row in session.scalars(of_role) if anybody or source in row.sources]
    found = {row.mail: row.language or settings.language for row in people}
    for one in settings.hr.sources if party == HR else ():
        if one.liaison_mail and source in ("", one.name):
            found.setdefault(one.liaison_mail, settings.language)
    return found


def _tell(
    party: str, address: str, language: str, waits: Sequence[_Late], source: str, settings: Settings
) -> None:  # fmt: skip
    oldest = min(day_of(wait.due_at, settings.timezone) for wait in waits)
    params = {
        "party": party, "count": number(len(waits), language), "date": jalali.shown(oldest, language),
        "url": f"{settings.url}{_PATHS[party]}",
    }  # fmt: skip
    draft = Draft(MAIL, address, ESCALATION, language, params, about=f"{ESCALATION}:{party}:{source}")
    messages.put(draft, Reason(ACTOR, source or None), settings)
