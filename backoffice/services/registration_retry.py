"""Checking again whoever came while a service was down. Source: mission S42: an outage is a state, and is retried."""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.extensions import db, writing
from backoffice.models import Registration
from backoffice.rules.claiming import CLAIM
from backoffice.rules.registration_states import WAITING_SERVICE
from backoffice.services import continuation, identity, mismatch_messages, tracking
from backoffice.services.identity import Checked
from backoffice.services.messages import Reason
from backoffice.services.mismatch_check import claim_of
from backoffice.services.registration_identity import ask, decide, keep
from backoffice.services.registrations import Applicant, is_left
from backoffice.settings import Settings

ACTOR = "job:inquiries"
WAITS = "waits"
GONE_ON = "gone_on"
MOST_SILENT = 3


def waiting() -> list[int]:
    """Give the attempts that wait for a service."""
    question = sa.select(Registration).where(Registration.state == WAITING_SERVICE).order_by(Registration.id)
    return [row.id for row in db.session.scalars(question) if not is_left(row)]


def summary() -> tuple[int, dt.datetime | None]:
    """Say how many attempts wait for a service, and since when the first."""
    counted = sa.select(sa.func.count(), sa.func.min(Registration.created_at))
    count, oldest = db.session.execute(counted.where(Registration.state == WAITING_SERVICE)).one()
    return count, oldest


def check_again(settings: Settings) -> dict[str, int]:
    """Check each of them, in any order; give verdict -> number.

    A few in a row without an answer end it: the others would wait too. Who passes goes on from the details, who is
    refused is a case like everybody; both are told where they left a number.
    """
    counts = dict.fromkeys((identity.PASSES, identity.REFUSED, WAITS, GONE_ON), 0)
    numbers, silent = waiting(), 0
    db.session.rollback()
    # So that people a service never answers for do not hold up the others each time.
    secrets.SystemRandom().shuffle(numbers)
    for number in numbers:
        verdict = _check_one(number, settings) if silent < MOST_SILENT else identity.LATER
        silent = silent + 1 if verdict == identity.LATER else 0
        counts[WAITS if verdict == identity.LATER else verdict] += 1
    return {name: count for name, count in counts.items() if name != GONE_ON}


def _check_one(number: int, settings: Settings) -> str:
    row = db.session.get(Registration, number)
    if row is None or row.state != WAITING_SERVICE:
        return GONE_ON
    claim, channel, seen = claim_of(row), row.channel, row.updated_at
    db.session.rollback()
    checked = ask(claim, channel, settings)
    if checked.verdict == identity.LATER:
        return identity.LATER
    return _store(number, seen, checked, settings)


def _store(number: int, seen: object, checked: Checked, settings: Settings) -> str:
    with writing() as session:
        row = session.get(Registration, number, with_for_update=True, populate_existing=True)
        # Whoever tried again meanwhile was judged by what was typed then.
        if row is None or row.state != WAITING_SERVICE or row.updated_at != seen:
            return GONE_ON
        keep(row, checked)
        left = row.contact_mobile
        decide(session, row, checked, Applicant(language=row.language, channel=row.channel, actor=ACTOR), settings)
        if row.channel != CLAIM:
            _tell(session, row, checked.verdict, left, settings)
        return checked.verdict


def _tell(session: Session, row: Registration, verdict: str, left: str, settings: Settings) -> None:
    """Tell the person what came of it. ``left``: the number that was left with this very attempt, "" for none.

    A link goes to no other. A number that was left with an earlier, refused attempt may be that of somebody who typed
    another person's data; there it is said that one can begin again.
    """
    if verdict == identity.REFUSED:
        template, number = mismatch_messages.UNDER_REVIEW, left
    elif left:
        template, number = mismatch_messages.GO_ON, left
    else:
        template, number = mismatch_messages.BEGIN_AGAIN, tracking.number_on_record(session, row)
    if not number:
        return
    link = continuation.make_link(session, row, settings) if template == mismatch_messages.GO_ON else ""
    mismatch_messages.say(template, row, number, Reason(ACTOR, row.source or None), settings, link=link)
