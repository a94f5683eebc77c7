"""Reminding HR and IT of requests whose service level is over: whoever is waited for, never the person instead.

Each stage of each deadline once, one mail to each address however many requests there are; nothing at night.
Source: mission S37 (quiet hours), S40.
"""

from collections.abc import Sequence

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
from backoffice.services import audit, holidays, messages, request_waits
from backoffice.services.message_texts import ESCALATION
from backoffice.services.messages import Draft, Reason
from backoffice.services.permanent_requests import subject_of
from backoffice.services.request_waits import Wait
from backoffice.services.rows import add_if_missing
from backoffice.services.sentences import number
from backoffice.settings import Settings

ACTOR = "job:remind"
_ROLES = {HR: (Role.HR_LIAISON,), IT: (Role.IT_ADMIN, Role.IT_OPERATOR)}
_PATHS = {HR: "/admin/hr-waiting/", IT: "/admin/permanent/"}


def escalate_all(settings: Settings) -> int:
    """Remind each party of what is newly too late; give the number of requests."""
    parties = [(party, source) for party in request_waits.PARTIES for source in _sources(party, settings)]
    return sum(_escalate(party, source, settings) for party, source in parties)


def _sources(party: str, settings: Settings) -> Sequence[str]:
    """Give the sources whose liaisons are told apart; IT is one office."""
    return [source.name for source in settings.hr.sources] + [""] if party == HR else [""]


def _escalate(party: str, source: str, settings: Settings) -> int:
    """Note and tell what a party (HR: of one source) has newly reached, in one transaction."""
    with writing() as session:
        found = request_waits.of_party(party, settings, [source] if party == HR else None)
        waits = [wait for wait in found if wait.days_over]
        recipients = _recipients(session, party, source, settings) if waits else {}
        reached = [wait for wait in waits if _note(session, wait, len(recipients), settings)]
        for address, language in recipients.items() if reached else ():
            _tell(party, address, language, reached, source, settings)
        return len(reached)


def _note(session: Session, wait: Wait, mails: int, settings: Settings) -> bool:
    """Write down the stage a request has reached; say whether it is a new one and still so."""
    request = session.get(PermanentRequest, wait.request.id, with_for_update=True, populate_existing=True)
    if request is None or request.due_at is None or not _still_waits(request, wait.party):
        return False
    today, free = day_of(clock.now(), settings.timezone), holidays.days(settings)
    stage = escalation.stage(day_of(request.due_at, settings.timezone), today, free)
    if stage == 0:
        return False
    key = {"request_id": request.id, "party": wait.party, "due_at": request.due_at}
    higher = sa.select(Escalation.id).filter_by(**key).where(Escalation.stage >= stage)
    if session.scalar(higher.limit(1)) is not None:
        return False
    if not add_if_missing(session, Escalation, {**key, "stage": stage, "mails": mails, "at": clock.now()}):
        return False
    after = {"party": wait.party, "stage": stage, "mails": mails}
    audit.record("request:permanent:escalated", subject_of(request.id), actor=ACTOR, after=after)
    return True


def _still_waits(request: PermanentRequest, party: str) -> bool:
    return request.waits_for == party or (party == IT and request.waits_for == "")


def _recipients(session: Session, party: str, source: str, settings: Settings) -> dict[str, str]:
    """Give address -> language of who is told: desk users of the office with an address, and HR's own address."""
    of_role = sa.select(Staff).where(Staff.role.in_(_ROLES[party]), Staff.active, Staff.mail != "").order_by(Staff.id)
    people = [row for row in session.scalars(of_role) if party == IT or source in row.sources]
    found = {row.mail: row.language or settings.language for row in people}
    for one in settings.hr.sources if party == HR else ():
        if one.name == source and one.liaison_mail:
            found.setdefault(one.liaison_mail, settings.language)
    return found


def _tell(
    party: str, address: str, language: str, waits: Sequence[Wait], source: str, settings: Settings
) -> None:  # fmt: skip
    oldest = min(day_of(wait.request.due_at or wait.request.created_at, settings.timezone) for wait in waits)
    params = {
        "party": party, "count": number(len(waits), language), "date": jalali.shown(oldest, language),
        "url": f"{settings.url}{_PATHS[party]}",
    }  # fmt: skip
    draft = Draft(MAIL, address, ESCALATION, language, params, about=f"{ESCALATION}:{party}:{source}")
    messages.put(draft, Reason(ACTOR, source or None), settings)
