"""Requests for permanent accounts as the desk lists them. Source: mission S45."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, PermanentRequest, Person
from backoffice.rules import request_states as states

WAITING = "waiting"
TABS: dict[str, Sequence[str]] = {
    states.NEEDS_REVIEW: (states.NEEDS_REVIEW, states.FAILED),
    WAITING: (states.SUBMITTED, states.WAITING_SOURCE, states.WAITING_SYNC, states.WAITING_MAILBOX),
    states.PROVISIONING: (states.APPROVED, states.PROVISIONING),
    states.DONE: (states.DONE,),
    states.REJECTED: (states.REJECTED, states.CANCELLED),
}


@dataclass(frozen=True)
class Row:
    """One request with whose it is."""

    request: PermanentRequest
    account: Account
    person: Person


def every(wanted: Sequence[str]) -> Sequence[tuple[PermanentRequest, str]]:
    """Give all requests in these states with the national code of their person; for commands."""
    return [(row.request, row.person.national_code) for row in _rows(PermanentRequest.state.in_(wanted))]


def of_tab(tab: str) -> list[Row]:
    """Give the requests of a tab, those that should be decided first at the top."""
    return sorted(
        _rows(PermanentRequest.state.in_(TABS[tab])),
        key=lambda row: (row.request.due_at or row.request.created_at, row.request.id),
    )


def find(request_id: int) -> Row | None:
    """Give one request, None for none."""
    return next(iter(_rows(PermanentRequest.id == request_id)), None)


def to_decide() -> tuple[int, dt.datetime | None]:
    """Give how many requests wait for a person of the desk, and since when the oldest does."""
    waiting = PermanentRequest.state.in_(TABS[states.NEEDS_REVIEW])
    found = db.session.execute(sa.select(sa.func.count(), sa.func.min(PermanentRequest.created_at)).where(waiting))
    count, since = found.one()
    return count, since


def counts() -> dict[str, int]:
    """Give tab -> number of its requests."""
    by_state = sa.select(PermanentRequest.state, sa.func.count()).group_by(PermanentRequest.state)
    found = {row[0]: row[1] for row in db.session.execute(by_state)}
    return {tab: sum(found.get(state, 0) for state in kept) for tab, kept in TABS.items()}


def _rows(wanted: sa.ColumnElement[bool]) -> list[Row]:
    question = (
        sa.select(PermanentRequest, Account, Person)
        .join(Account, Account.id == PermanentRequest.account_id)
        .join(Person, Person.id == Account.person_id)
    )
    return [Row(*found) for found in db.session.execute(question.where(wanted).order_by(PermanentRequest.id))]
