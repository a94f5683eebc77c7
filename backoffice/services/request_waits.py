"""Requests for permanent accounts that wait for HR or IT, and how long too long. Source: mission S40."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Account, PermanentRequest, Person
from backoffice.rules import request_states as states
from backoffice.rules.approval import HR, IT
from backoffice.rules.deadlines import day_of
from backoffice.rules.working_days import over
from backoffice.services import holidays
from backoffice.settings import Settings


@dataclass(frozen=True)
class Wait:
    """One request that waits for a party; ``days_over``: working days since its service level was over, 0 within it."""

    request: PermanentRequest
    account: Account
    person: Person
    party: str
    days_over: int


@dataclass(frozen=True)
class Summary:
    """How many wait, how many of them too long, since when the oldest does, and until when that one should be done."""

    count: int = 0
    late: int = 0
    oldest: dt.datetime | None = None
    due: dt.datetime | None = None


def of_party(party: str, settings: Settings, sources: Collection[str] | None = None) -> Sequence[Wait]:
    """Give what waits for HR (of these sources and of none, None for all) or for IT; what is due first at the top."""
    question = (
        sa.select(PermanentRequest, Account, Person)
        .join(Account, Account.id == PermanentRequest.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(_waits_for(party))
        .order_by(PermanentRequest.due_at, PermanentRequest.id)
    )
    if sources is not None:
        # A person whom no file has may be anybody's.
        question = question.where(Account.source.in_({*sources, ""}))
    today, free = day_of(clock.now(), settings.timezone), holidays.days(settings)
    return [
        Wait(request, account, person, party, over(_last_day(request, settings), today, free))
        for request, account, person in db.session.execute(question)
    ]


def summary(waits: Sequence[Wait]) -> Summary:
    """Give what a row of the work list says of them."""
    if not waits:
        return Summary()
    oldest = min(waits, key=lambda wait: wait.request.created_at)
    late = sum(wait.days_over > 0 for wait in waits)
    return Summary(len(waits), late, oldest.request.created_at, waits[0].request.due_at)


def _waits_for(party: str) -> sa.ColumnElement[bool]:
    # A mailbox that people have to see to is waited for after the decision.
    open_ones = (*states.UNDECIDED, states.PROVISIONING)
    waiting = PermanentRequest.state.in_(open_ones) & (PermanentRequest.waits_for == party)
    # What could not be done is for IT to repair.
    return waiting | (PermanentRequest.state == states.FAILED) if party == IT else waiting


def _last_day(request: PermanentRequest, settings: Settings) -> dt.date:
    return day_of(request.due_at or request.created_at, settings.timezone)


PARTIES = (HR, IT)
